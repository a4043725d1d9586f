/**
 * `/graphql`: POST with JSON, or GET for queries. Order of the doors: content type and size (app), a token that holds, the JSON's shape,
 * the operation's size; then Apollo Server parses, validates and answers.
 */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Identity, JwtVerifier } from '@olly/kit/auth';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { KnownOperations, RunResult } from '../execution/operations.ts';
import type { OperationRequest, Violation } from '../limits/gate.ts';
import { Lru } from '../lru.ts';
import type { GatewayLog } from '../options.ts';
import type { CallContext } from '../subgraphs/client.ts';
import { PREFLIGHT_HEADERS } from './app.ts';
import { errorBody, formatError } from './errors.ts';
import { identify, traceparentOf } from './identify.ts';
import type { Metrics } from './operations.ts';

export interface GatewayContext {
  readonly call: CallContext;
}

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly operations: KnownOperations;
  readonly gate: (request: OperationRequest) => Violation | undefined;
  readonly jwt: JwtVerifier;
  readonly metrics: Metrics;
  readonly log: GatewayLog;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const wantsGraphQLResponse = (request: FastifyRequest): boolean => request.headers.accept?.includes('application/graphql-response+json') ?? false;

type Parsed = { readonly body: Record<string, unknown> } | { readonly refusal: string };

/** The body as an object, or why it is none. */
function parseBody(text: unknown): Parsed {
  if (typeof text !== 'string' || text === '') return { refusal: errorBody('BAD_REQUEST', 'The body is empty.') };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { refusal: errorBody('BAD_REQUEST', 'The body is not JSON.') };
  }
  if (Array.isArray(body)) return { refusal: errorBody('BATCH_REFUSED', 'Send one operation a request.') };
  if (typeof body !== 'object' || body === null) return { refusal: errorBody('BAD_REQUEST', 'The body is not a JSON object.') };
  return { body: body as Record<string, unknown> };
}

function operationOf(body: Record<string, unknown>): OperationRequest | undefined {
  const { query, operationName, variables } = body;
  if (typeof query !== 'string') return undefined;
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : null,
    variables: typeof variables === 'object' && !Array.isArray(variables) ? (variables as Record<string, unknown> | null) : null,
  };
}

/** Nothing in the body but what it should have, in the types it should have: for all else, Apollo Server finds the words. */
function isPlain({ query: _query, operationName, variables, ...rest }: Record<string, unknown>): boolean {
  const hasName = operationName === undefined || operationName === null || typeof operationName === 'string';
  const hasVariables = variables === undefined || (typeof variables === 'object' && !Array.isArray(variables));
  return hasName && hasVariables && Object.keys(rest).length === 0;
}

/** The query string of a GET as a body, for measuring. Apollo Server reads it by itself. */
function operationOfSearch(search: string): OperationRequest | undefined {
  const params = new URLSearchParams(search);
  let variables: unknown;
  try {
    variables = JSON.parse(params.get('variables') ?? 'null');
  } catch {
    variables = null;
  }
  return operationOf({ query: params.get('query'), operationName: params.get('operationName'), variables });
}

/** What Apollo Server answers to each `Accept` header; it depends on nothing else, so asking once is enough. */
const CONTENT_TYPES_KEPT_MAX = 100;

/** Adds the route. */
export function addGraphQL(app: FastifyInstance, { apollo, operations, gate, jwt, metrics, log }: GraphQLRouteOptions): void {
  const contentTypes = new Lru<string, string>(CONTENT_TYPES_KEPT_MAX);
  const format = formatError(log);

  /** An answer's text, with errors as Apollo Server would show them. */
  function textOf({ data, errors, extensions }: RunResult): string {
    const shown = errors?.map((error) => {
      const { extensions: given, ...rest } = error instanceof GraphQLError ? error.toJSON() : { message: '', extensions: {} };
      return format({ ...rest, extensions: { code: 'INTERNAL_SERVER_ERROR', ...given } }, error);
    });
    return `${JSON.stringify({ errors: shown, data, extensions })}\n`;
  }

  /** Runs an operation that was let through before; undefined when it was not, or has to go the long way. */
  async function runKnown(request: FastifyRequest, call: CallContext, operation: OperationRequest): Promise<{ contentType: string; text: string } | undefined> {
    const contentType = contentTypes.get(request.headers.accept ?? '');
    const run = contentType === undefined ? undefined : operations.find(operation.query, operation.operationName);
    const running = run?.(operation.variables ?? {}, call);
    if (!running || contentType === undefined) return undefined;
    const startedMs = performance.now();
    const text = textOf(await running);
    metrics.observe('answered', (performance.now() - startedMs) / 1000);
    metrics.countKnown();
    return { contentType, text };
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, call: CallContext, body: unknown, search: string): Promise<FastifyReply> {
    const startedMs = performance.now();
    const headers = new HeaderMap();
    for (const name of ['content-type', 'accept', ...PREFLIGHT_HEADERS]) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method, headers, search, body },
      context: async () => ({ call }),
    });
    if (result.body.kind !== 'complete') throw new Error('Incremental delivery is not offered.');
    for (const [name, value] of result.headers) reply.header(name, value);
    const contentType = result.headers.get('content-type');
    if (contentType !== undefined && request.method === 'POST' && (result.status ?? 200) === 200) contentTypes.set(request.headers.accept ?? '', contentType);
    metrics.observe(result.status === undefined || result.status < 400 ? 'answered' : 'refused', (performance.now() - startedMs) / 1000);
    return reply.code(result.status ?? 200).send(result.body.string);
  }

  const callOf = (request: FastifyRequest, identity: Identity): CallContext => ({ identity, requestId: request.id, traceparent: traceparentOf(request.headers.traceparent), log });

  const refuse = (reply: FastifyReply, status: number, body: string) => {
    metrics.observe('refused', 0);
    return reply.code(status).type(JSON_TYPE).send(body);
  };

  const checked = (request: FastifyRequest, reply: FastifyReply, operation: OperationRequest | undefined): FastifyReply | undefined => {
    const violation = operation && gate(operation);
    return violation && refuse(reply, wantsGraphQLResponse(request) ? 400 : 200, errorBody(violation.code, violation.message));
  };

  app.post('/graphql', async (request, reply) => {
    const identified = identify(request, jwt);
    const identity = identified instanceof Promise ? await identified : identified;
    const parsed = parseBody(request.body);
    if ('refusal' in parsed) return refuse(reply, 400, parsed.refusal);
    const operation = operationOf(parsed.body);
    const call = callOf(request, identity);
    const refused = checked(request, reply, operation);
    if (refused) return refused;
    const known = operation && isPlain(parsed.body) ? await runKnown(request, call, operation) : undefined;
    return known ? reply.type(known.contentType).send(known.text) : answer(request, reply, call, parsed.body, '');
  });

  app.get('/graphql', async (request, reply) => {
    const identity = await identify(request, jwt);
    const at = request.url.indexOf('?');
    const search = at < 0 ? '' : request.url.slice(at);
    return checked(request, reply, operationOfSearch(search)) ?? answer(request, reply, callOf(request, identity), undefined, search);
  });

  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: '/graphql',
    handler: (_request, reply) => refuse(reply.header('allow', 'GET, POST'), 405, errorBody('METHOD_NOT_ALLOWED', 'Send GET or POST.')),
  });
}
