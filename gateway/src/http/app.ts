/**
 * The HTTP side: sizes, times, content types, security headers and request ids, the same for every route. A body is read as text, at most
 * 1 MB; what is not UTF-8 JSON never reaches a handler. There are no CORS headers: other origins cannot read answers.
 */
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { GatewayLog } from '../options.ts';
import { errorBody } from './errors.ts';
import { requestIdOf } from './identify.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const HEADERS_MS_MAX = 15_000;
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // answers are somebody's own; pages and their files say otherwise for themselves
  'cache-control': 'no-store',
};

/** Statuses of coded errors that a route throws; `/graphql` answers by itself. */
const STATUS_OF_CODES: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  FILE_TOO_LARGE: 413,
  FILE_TYPE_REFUSED: 415,
  IDENTITY_PROVIDER_UNAVAILABLE: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  TIMEOUT: 504,
};

/** Names for what goes wrong before a handler runs. */
const TRANSPORT_ERRORS: Record<number, readonly [code: string, message: string]> = {
  400: ['BAD_REQUEST', 'The request is malformed.'],
  404: ['NOT_FOUND', 'There is nothing here.'],
  405: ['METHOD_NOT_ALLOWED', 'This method is not offered here.'],
  408: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is larger than 1 MB.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send JSON in UTF-8.'],
  503: ['STOPPING', 'The gateway is stopping.'],
};

const JSON_TYPE = 'application/json; charset=utf-8';
/** Headers that a browser sends to another origin only after asking: who sends one is no page that forges requests. */
export const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'];

const unsupported = (): Error => Object.assign(new Error('charset'), { statusCode: 415 });

export interface AppOptions {
  readonly log: GatewayLog;
  readonly requestTimeoutMs: number;
  readonly production: boolean;
}

/** A Fastify instance without routes. */
export function createApp({ log, requestTimeoutMs, production }: AppOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: Math.min(HEADERS_MS_MAX, requestTimeoutMs), connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs) },
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i, { parseAs: 'string' }, (request, body, done) => {
    const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase();
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') done(unsupported());
    else done(null, body);
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    if (production) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
    done();
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type(JSON_TYPE).send(errorBody('NOT_FOUND', 'There is nothing here.')));
  app.setErrorHandler((error: FastifyError & { extensions?: { code?: string } }, request, reply) => {
    const own = error.extensions?.code;
    const ownStatus = own === undefined ? undefined : STATUS_OF_CODES[own];
    if (own !== undefined && ownStatus !== undefined) {
      if (ownStatus === 401) reply.header('www-authenticate', 'Bearer');
      return reply.code(ownStatus).type(JSON_TYPE).send(errorBody(own, error.message));
    }
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' && !PREFLIGHT_HEADERS.some((name) => request.headers[name] !== undefined)) {
      return reply.code(400).type(JSON_TYPE).send(errorBody('BAD_REQUEST', 'Send JSON: a page of another origin could send a form without being asked.'));
    }
    const status = error.statusCode ?? 500;
    const [code, message] = TRANSPORT_ERRORS[status] ?? ['INTERNAL', 'Something went wrong on our side.'];
    if (status >= 500) log.error({ requestId: request.id, error: error.name, code: error.code }, 'a request failed');
    return reply.code(status).type(JSON_TYPE).send(errorBody(code, message));
  });
  return app;
}
