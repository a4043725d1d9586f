/**
 * What a subgraph is, and how one is served. All 13 have this shape; a process hosts one or several, each with its own port.
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import fastify, { type FastifyInstance } from 'fastify';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Pool } from 'pg';
import { type Ability, type AccessMatrix, type AccessRules, abilityOf, readGrants } from '../auth/access.ts';
import type { Identity } from '../auth/identity.ts';
import { createNonceStore, verifyRequest } from '../auth/signing.ts';
import type { ErasurePlan } from '../erasure/index.ts';
import { appError } from '../errors/index.ts';
import { type Ids, randomIds } from '../locator/index.ts';
import type { Task } from '../jobs/index.ts';
import type { EventOrigin } from '../outbox/append.ts';
import type { Projection } from '../projection/types.ts';
import type { Clock } from '../time/index.ts';
import type { ServiceClient } from './client.ts';
import { operationsOf } from './executor.ts';
import { hasNul } from './nul.ts';
import { buildSchema, mergeResolvers, type ResolverMap, readSdl } from './schema.ts';

export interface Log {
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** What a process gives to a subgraph, once. */
export interface SubgraphDeps {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** A client of another service by name. */
  readonly service: (name: string) => ServiceClient;
}

/** What every request has, enough to write and publish. A subgraph's own context adds loaders, stores and ports. */
export interface RequestBase extends EventOrigin {
  readonly identity: Identity;
  readonly requestId: string;
  readonly pool: Pool;
  readonly log: Log;
  /** The caller's row rules; read at most once a request. */
  readonly ability: () => Promise<Ability>;
}

/** Work that runs in the background: tasks by name, and a crontab (UTC) of those that run by themselves. */
export interface SubgraphJobs {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly crontab?: string;
}

export interface Subgraph<S = unknown, C extends RequestBase = RequestBase> {
  readonly name: string;
  /** The PostgreSQL schema; the name, but for care (`public`). */
  readonly schema: string;
  /** One map for each aggregate. */
  readonly resolvers: readonly ResolverMap[];
  readonly access: AccessRules;
  /** True when the schema has an outbox to relay. */
  readonly publishes: boolean;
  /** What it holds about a person and what happens to it when they ask to be forgotten. */
  readonly erasure?: ErasurePlan;
  /** What lives as long as the process: Prisma client, stores, ports. */
  services(deps: SubgraphDeps): S;
  context(base: RequestBase, services: S): C;
  projections?(services: S, deps: SubgraphDeps): readonly Projection[];
  jobs?(services: S, deps: SubgraphDeps): SubgraphJobs;
}

/** Declares a subgraph; gives the types their names. */
// biome-ignore lint/suspicious/noExplicitAny: a process hosts subgraphs of every kind of services and context
export function defineSubgraph<S, C extends RequestBase>(subgraph: Subgraph<S, C>): Subgraph<any, any> {
  return subgraph;
}

export interface ServeOptions extends Omit<SubgraphDeps, 'ids'> {
  readonly root: string;
  readonly secret: string;
  readonly matrix: AccessMatrix;
  readonly port?: number;
  readonly host?: string;
  readonly ids?: Ids;
}

export interface RunningSubgraph {
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** A file of 25 MB in base 64, with its operation around it. */
const BODY_BYTES_MAX = 36 * 1024 * 1024;

/** Errors that are ours pass; anything else is logged by its trace and shown as INTERNAL, without its words. */
function formatError(log: Log) {
  return (formatted: { message: string; extensions?: Record<string, unknown> }, error: unknown) => {
    const original = (error instanceof GraphQLError && error.originalError) || error;
    const code = formatted.extensions?.code;
    if (code !== 'INTERNAL_SERVER_ERROR' && !(original instanceof Error && !(original instanceof GraphQLError) && code === undefined)) {
      const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
      return { ...formatted, extensions };
    }
    const traceId = randomUUID();
    const { name, stack } = original instanceof Error ? original : { name: typeof original, stack: undefined };
    log.error({ traceId, error: name, stack: stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8) }, 'a broken invariant');
    return { ...formatted, message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL', traceId } };
  };
}

/** The schema, built and ready to serve or to test. */
export const schemaOf = (subgraph: Subgraph, root: string) => buildSchema(readSdl(root, subgraph.name), mergeResolvers(subgraph.resolvers));

/** The base of one request's context. */
export function requestBase(subgraph: Subgraph, options: Omit<ServeOptions, 'secret' | 'root'>, identity: Identity, requestId: string, traceparent?: string): RequestBase {
  let ability: Promise<Ability> | undefined;
  const { pool, clock, log, matrix, ids = randomIds } = options;
  return {
    service: subgraph.name,
    schema: subgraph.schema,
    identity,
    requestId,
    traceparent,
    pool,
    clock,
    ids,
    log,
    ability: () => {
      ability ??= readGrants(pool, subgraph.schema, identity, clock.today()).then((grants) => abilityOf(identity, grants, subgraph.access, matrix));
      return ability;
    },
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';
const NUL_REFUSED = JSON.stringify({ errors: [{ message: 'Text: NUL characters are not allowed.', extensions: { code: 'BAD_USER_INPUT' } }] });

/** Serves one subgraph. Every request must be signed; `GET /healthz` alone is open. */
export async function serveSubgraph(subgraph: Subgraph, options: ServeOptions): Promise<RunningSubgraph> {
  const { log, secret } = options;
  const services = subgraph.services({ ...options, ids: options.ids ?? randomIds });
  const operations = operationsOf(schemaOf(subgraph, options.root));
  const format = formatError(log);
  const apollo = new ApolloServer<RequestBase>({
    gateway: operations.gateway,
    introspection: true,
    csrfPrevention: false,
    formatError: format,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginUsageReportingDisabled()],
  });
  await apollo.start();
  /** An answer's text, with errors as Apollo Server would show them. */
  const textOf = ({ data, errors }: ExecutionResult): string => {
    if (!errors) return JSON.stringify({ data });
    const shown = errors.map((error) => {
      const { extensions, ...rest } = error.toJSON();
      return format({ ...rest, extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions } }, error);
    });
    return JSON.stringify({ errors: shown, data });
  };
  const nonces = createNonceStore();
  const app: FastifyInstance = fastify({ logger: false, bodyLimit: BODY_BYTES_MAX, forceCloseConnections: 'idle' });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.get('/healthz', () => ({ status: 'ok' }));
  app.post('/graphql', async (request, reply) => {
    const body = request.body as string;
    let identity: Identity;
    try {
      identity = verifyRequest({ secret, subgraph: subgraph.name, headers: request.headers, body, nonces });
    } catch {
      return reply.code(401).send({ errors: [{ message: 'This service answers signed requests only.', extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    const requestId = (request.headers['x-request-id'] as string | undefined) ?? randomUUID();
    const traceparent = request.headers.traceparent as string | undefined;
    let parsed: { query?: unknown; operationName?: unknown; variables?: Record<string, unknown> } | null;
    try {
      parsed = JSON.parse(body);
    } catch {
      return reply.code(400).send({ errors: [{ message: 'The body is not JSON.', extensions: { code: 'BAD_REQUEST' } }] });
    }
    if (hasNul(body, parsed)) return reply.header('content-type', JSON_TYPE).send(NUL_REFUSED);
    const context = () => subgraph.context(requestBase(subgraph, options, identity, requestId, traceparent), services);
    const run = operations.known(parsed?.query, parsed?.operationName);
    if (run) {
      const result = await run(parsed?.variables ?? {}, context());
      // without data nothing was run: the variables are wrong, and Apollo Server says how
      if (result.data !== undefined) return reply.header('content-type', JSON_TYPE).send(textOf(result));
    }
    const headers = new HeaderMap();
    headers.set('content-type', 'application/json');
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body: parsed },
      context: async () => context(),
    });
    if (answer.body.kind !== 'complete') throw appError('INTERNAL', 'Incremental delivery is not offered.');
    return reply.code(answer.status ?? 200).header('content-type', JSON_TYPE).send(answer.body.string);
  });
  await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    name: subgraph.name,
    url: `http://127.0.0.1:${port}/graphql`,
    async stop() {
      await app.close();
      await apollo.stop();
    },
  };
}
