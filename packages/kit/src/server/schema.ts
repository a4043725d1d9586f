/**
 * Builds a subgraph's executable schema from its hand-written SDL: scalars, the row-to-field default resolver and the
 * access directives. Enforcement of `@authenticated`, `@requiresScopes` and `@policy` happens here, in the subgraph, because
 * the gateway in front may be any router, and the JavaScript one ignores them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DirectiveNode, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema, isObjectType, parse, valueFromASTUntyped } from 'graphql';
import type { Identity } from '../auth/identity.ts';
import { forbidden, unauthenticated } from '../errors/index.ts';
import { amountOf, type Money } from '../money/index.ts';
import { scalars } from './scalars.ts';

// biome-ignore lint/suspicious/noExplicitAny: resolver maps differ per subgraph; codegen types them where they are written
export type ResolverMap = Record<string, any>;

/** The SDL that a subgraph serves and that is composed: the common part, then its own. */
export function readSdl(root: string, name: string): string {
  const common = readFileSync(join(root, 'schema/common.graphql'), 'utf8');
  return `${common}\n${readFileSync(join(root, `schema/subgraphs/${name}.graphql`), 'utf8')}`;
}

const snake = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Fields are camelCase, columns snake_case: `incidentDate` reads `incident_date` when the row has no `incidentDate`. */
function columnResolver(field: string): GraphQLFieldResolver<Record<string, unknown>, unknown> {
  const column = snake(field);
  return (row, args, context, info) => {
    const value = row[field] !== undefined ? row[field] : row[column];
    return typeof value === 'function' ? value.call(row, args, context, info) : value;
  };
}

/** The resolver of a union `XResult = X | XRefusal`: a refusal names itself (`refusable` does that), anything else is the result. */
export const resultOf = (type: string) => ({ __resolveType: (value: object) => ((value as { __typename?: string }).__typename ?? type) as never });

type Check = (identity: Identity) => void;

function listsOf(directive: DirectiveNode, argument: string): string[][] {
  const value = directive.arguments?.find((a) => a.name.value === argument)?.value;
  return value ? (valueFromASTUntyped(value) as string[][]) : [];
}

/** Turns the access directives of a field or type into one check; undefined when there are none. */
function checkOf(directives: readonly DirectiveNode[]): Check | undefined {
  const checks: Check[] = [];
  const isSignedIn: Check = (who) => {
    if (who.kind === 'anonymous') throw unauthenticated();
  };
  for (const directive of directives) {
    const kind = directive.name.value;
    if (kind === 'authenticated') checks.push(isSignedIn);
    if (kind === 'requiresScopes' || kind === 'policy') {
      const wanted = listsOf(directive, kind === 'policy' ? 'policies' : 'scopes');
      checks.push(isSignedIn, (who) => {
        const held = kind === 'policy' ? who.roles : who.scopes;
        // a service acts with the service scope; roles are for people
        const isService = kind === 'policy' && who.scopes.includes('service');
        if (!isService && !wanted.some((all) => all.every((one) => held.includes(one)))) throw forbidden();
      });
    }
  }
  if (checks.length === 0) return undefined;
  return (who) => {
    for (const check of checks) check(who);
  };
}

function guarded<S, C extends { identity: Identity }>(resolve: GraphQLFieldResolver<S, C>, check: Check): GraphQLFieldResolver<S, C> {
  return (source: S, args: Record<string, unknown>, context: C, info: GraphQLResolveInfo) => {
    check(context.identity);
    return resolve(source, args, context, info);
  };
}

/** Joins the maps of a subgraph's aggregates: each brings its own fields of Query and Mutation. Throws when two answer the same field. */
export function mergeResolvers(maps: readonly ResolverMap[]): ResolverMap {
  const merged: ResolverMap = {};
  for (const [type, fields] of maps.flatMap((map) => Object.entries(map))) {
    const known = merged[type];
    const twice = Object.keys(fields).find((field) => known && Object.hasOwn(known, field));
    if (twice) throw new Error(`Two resolvers for ${type}.${twice}`);
    merged[type] = { ...known, ...fields };
  }
  return merged;
}

/** Builds the schema. `_entities` and `_service` come from @apollo/subgraph; the server lets only signed requests near them. */
export function buildSchema(sdl: string, resolvers: ResolverMap): GraphQLSchema {
  const typeDefs = parse(sdl);
  const money = { amount: (m: Money & { amount?: string }) => m.amount ?? amountOf(m) };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...scalars, Money: money, ...resolvers } }]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const typeNodes = [type.astNode, ...type.extensionASTNodes];
    const typeCheck = checkOf(typeNodes.flatMap((node) => node?.directives ?? []));
    for (const field of Object.values(type.getFields())) {
      field.resolve ??= columnResolver(field.name) as GraphQLFieldResolver<unknown, unknown>;
      const fieldCheck = checkOf(field.astNode?.directives ?? []);
      for (const check of [fieldCheck, typeCheck]) {
        if (check) field.resolve = guarded(field.resolve as GraphQLFieldResolver<unknown, { identity: Identity }>, check) as GraphQLFieldResolver<unknown, unknown>;
      }
    }
  }
  return schema;
}
