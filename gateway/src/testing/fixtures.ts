/**
 * A small supergraph for the gateway's tests: people, orders and products over three subgraphs, answered from memory by servers that
 * believe signed requests only. It has what makes plans interesting: entities both ways, `@requires`, unions, interfaces, lists of
 * lists, arguments, non-null fields that fail, and doors for signed-in people.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createNonceStore, type Identity, verifyRequest } from '@olly/kit/auth';
import { unauthenticated } from '@olly/kit/errors';
import { composeServices } from '@theguild/federation-composition';
import { graphql, parse } from 'graphql';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@shareable", "@authenticated", "@requiresScopes", "@policy", "@tag", "@inaccessible"])`;

const people = `${LINK}
  type Query { me: Person @authenticated person(id: ID!): Person people: [Person!]! whoAmI: Caller! search(text: String!): [Found!]! echo(text: String): String  reserve(id: ID!): String @inaccessible @requiresScopes(scopes: [["service"]]) }
  type Mutation { rename(id: ID!, name: String!): Person }
  type Caller { subject: String! requestId: String! traceparent: String! }
  union Found = Person | Robot
  interface Named { name: String! }
  type Robot implements Named { name: String! model: String! owner: Person }
  type Person implements Named @key(fields: "id") { id: ID! name: String! friends: [Person!]! grid: [[Person]] secret: String @requiresScopes(scopes: [["read"]]) salary: Int @policy(policies: [["finance"]])  internalNote: String @inaccessible }`;
const orders = `${LINK}
  type Query { order(id: ID!): Order orders(first: Int): [Order!]! }
  type Person @key(fields: "id") { id: ID! orders(first: Int): [Order!]! lastOrder: Order! }
  type Order @key(fields: "id") { id: ID! total(inCents: Boolean): String! product: Product buyer: Person }
  type Product @key(fields: "sku") { sku: ID! weight: Int @external soldAs: String @requires(fields: "weight") timesSold: Int! }`;
const stock = `${LINK}
  type Query { product(sku: ID!): Product products: [Product!]! slow(ms: Int!): String }
  type Product @key(fields: "sku") { sku: ID! title(language: String): String! weight: Int inStock: Boolean! broken: String brokenHard: String! size: Size related: [Product!] }
  enum Size { SMALL LARGE }`;

type Row = Record<string, unknown>;
const persons: Row[] = ['Ada', 'Bo', 'Cy'].map((name, i) => ({ __typename: 'Person', id: `${i + 1}`, name }));
const personOf = (id: unknown) => persons.find((one) => one.id === id) ?? null;
const orderRows: Row[] = Array.from({ length: 12 }, (_, i) => ({ __typename: 'Order', id: `o${i}`, personId: `${(i % 2) + 1}`, cents: 100 * i, sku: `s${i % 4}` }));
const skus: Row[] = Array.from({ length: 3 }, (_, i) => ({ __typename: 'Product', sku: `s${i}`, weight: i === 2 ? null : 10 * i, size: i ? 'LARGE' : 'SMALL' }));
const productOf = (sku: unknown) => skus.find((one) => one.sku === sku) ?? null;

export interface FixtureContext {
  readonly identity: Identity;
  readonly requestId: string;
  readonly traceparent: string;
}

type Resolver = (row: Row, args: Row, context: FixtureContext) => unknown;
type Resolvers = Record<string, Record<string, Resolver>>;

const peopleResolvers: Resolvers = {
  Query: {
    me: (_row, _args, { identity }) => {
      if (identity.kind === 'anonymous') throw unauthenticated();
      return personOf('1');
    },
    person: (_row, { id }) => personOf(id),
    people: () => persons,
    whoAmI: (_row, _args, { identity, requestId, traceparent }) => ({ subject: identity.subject, requestId, traceparent }),
    search: () => [persons[1], { __typename: 'Robot', name: 'R2', model: 'D2', owner: persons[0] }, persons[2]],
    echo: (_row, { text }) => text,
    reserve: (_row, { id }, { identity }) => `${identity.subject} reserved ${String(id)}`,
  },
  Mutation: { rename: (_row, { id, name }) => ({ ...personOf(id), name }) },
  Person: {
    __resolveReference: ({ id }) => personOf(id),
    friends: ({ id }) => persons.filter((one) => one.id !== id),
    grid: () => [[persons[0], null], [persons[1], persons[0]], null],
  },
};
const orderResolvers: Resolvers = {
  Query: { order: (_row, { id }) => orderRows.find((one) => one.id === id) ?? null, orders: (_row, { first }) => orderRows.slice(0, (first as number | null) ?? 4) },
  Person: {
    __resolveReference: ({ id }) => ({ id }),
    orders: ({ id }, { first }) => orderRows.filter((one) => one.personId === id).slice(0, (first as number | null) ?? 3),
    lastOrder: ({ id }) => orderRows.findLast((one) => one.personId === id) ?? null,
  },
  Order: {
    __resolveReference: ({ id }) => orderRows.find((one) => one.id === id) ?? null,
    total: ({ cents }, { inCents }) => (inCents ? String(cents) : ((cents as number) / 100).toFixed(2)),
    product: ({ sku }) => ({ sku }),
    buyer: ({ personId }) => ({ id: personId }),
  },
  Product: {
    __resolveReference: (reference) => reference,
    soldAs: ({ sku, weight }) => `${String(sku)} of ${String(weight)} g`,
    timesSold: ({ sku }) => orderRows.filter((one) => one.sku === sku).length,
  },
};
const stockResolvers: Resolvers = {
  Query: {
    product: (_row, { sku }) => productOf(sku),
    products: () => skus,
    slow: (_row, { ms }) => new Promise((resolve) => setTimeout(() => resolve('done'), ms as number)),
  },
  Product: {
    __resolveReference: ({ sku }) => productOf(sku),
    title: ({ sku }, { language }) => `${String(sku)}${language ? ` (${String(language)})` : ''}`,
    inStock: ({ sku }) => sku !== 's1',
    broken: () => {
      throw new Error('broken at 10.0.0.1');
    },
    brokenHard: () => null,
    related: ({ sku }) => skus.filter((one) => one.sku !== sku),
  },
};

const SUBGRAPHS: Record<string, { sdl: string; resolvers: Resolvers }> = {
  people: { sdl: people, resolvers: peopleResolvers },
  orders: { sdl: orders, resolvers: orderResolvers },
  stock: { sdl: stock, resolvers: stockResolvers },
};

/** The composed supergraph, with nowhere as every URL. */
export function fixtureSupergraph(): string {
  const services = Object.entries(SUBGRAPHS).map(([name, { sdl }]) => ({ name, typeDefs: parse(sdl), url: 'http://127.0.0.1:9/graphql' }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.map((error) => error.message).join('\n'));
  return supergraphSdl;
}

export interface FixtureSubgraph {
  readonly url: string;
  /** Bodies received, oldest first. */
  readonly received: { query: string; variables?: Record<string, unknown> }[];
  stop(): Promise<void>;
}

/** Starts one of `people`, `orders`, `stock`. */
export async function startFixture(name: string, secret: string): Promise<FixtureSubgraph> {
  const fixture = SUBGRAPHS[name];
  if (!fixture) throw new Error(`no fixture ${name}`);
  const schema = buildSubgraphSchema([{ typeDefs: parse(fixture.sdl), resolvers: fixture.resolvers as never }]);
  const nonces = createNonceStore();
  const received: FixtureSubgraph['received'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/healthz') return send(200, { status: 'ok' });
    const body = Buffer.concat(chunks).toString();
    let identity: Identity;
    try {
      identity = verifyRequest({ secret, subgraph: name, headers: request.headers, body, nonces });
    } catch {
      return send(401, { errors: [{ message: 'signed requests only', extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    const { query, variables, operationName } = JSON.parse(body) as { query: string; variables?: Row; operationName?: string };
    received.push({ query, variables });
    const contextValue = { identity, requestId: String(request.headers['x-request-id']), traceparent: String(request.headers.traceparent) };
    send(200, await graphql({ schema, source: query, variableValues: variables, operationName, contextValue }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
