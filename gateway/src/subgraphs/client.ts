/**
 * One subgraph as the gateway sees it: a pool of kept-alive connections, a signed POST, JSON in and out. What goes wrong on the way
 * becomes one of two errors, SUBGRAPH_UNAVAILABLE or TIMEOUT, that name the subgraph but no host, port or stack. Never retries: a
 * mutation may have happened.
 */
import { type Identity, signRequest } from '@olly/kit/auth';
import { appError } from '@olly/kit/errors';
import { Pool } from 'undici';
import type { GatewayLog } from '../options.ts';
import { exchange } from './exchange.ts';

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 1_000;
const READY_TIMEOUT_MS = 2_000;
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Record<string, unknown>;
}

export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
}

/** What every request to a subgraph takes along from the one that the gateway answers. */
export interface CallContext {
  readonly identity: Identity;
  readonly requestId: string;
  readonly traceparent: string;
  readonly log: GatewayLog;
}

export interface SubgraphClient {
  readonly name: string;
  /** Sends a JSON body. Rejects with SUBGRAPH_UNAVAILABLE or TIMEOUT. */
  post(body: string, call: CallContext): Promise<SubgraphAnswer>;
  /** Resolves when the subgraph says that it is up. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the subgraph's answer is, or undefined when it is not one of GraphQL. */
function answerOf(text: string): SubgraphAnswer | undefined {
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed) || !('data' in parsed || Array.isArray(parsed.errors))) return undefined;
  return parsed as SubgraphAnswer;
}

export interface SubgraphClientOptions {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
}

/** A client of one subgraph. */
export function subgraphClient({ name, url, secret, timeoutMs }: SubgraphClientOptions): SubgraphClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
    maxResponseSize: ANSWER_BYTES_MAX,
  });

  function failure(error: unknown, { log, requestId }: CallContext): Error {
    const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';
    log.warn({ subgraph: name, reason, requestId }, 'a subgraph did not answer');
    const isSlow = reason === 'UND_ERR_HEADERS_TIMEOUT' || reason === 'UND_ERR_BODY_TIMEOUT';
    return isSlow
      ? appError('TIMEOUT', `The service ${name} took too long.`, { service: name })
      : appError('SUBGRAPH_UNAVAILABLE', `The service ${name} did not answer.`, { service: name });
  }

  return {
    name,
    async post(body, call) {
      const signed = signRequest({ secret, subgraph: name, identity: call.identity, body });
      const headers = ['content-type', 'application/json', 'x-request-id', call.requestId, 'traceparent', call.traceparent];
      for (const header in signed) headers.push(header, signed[header as keyof typeof signed]);
      try {
        const { statusCode, text } = await exchange(pool, { path: pathname, headers, body });
        const answer = statusCode === 401 ? undefined : answerOf(text);
        if (!answer) throw Object.assign(new Error('not an answer'), { code: `HTTP_${statusCode}` });
        return answer;
      } catch (error) {
        throw failure(error, call);
      }
    },
    async ready() {
      const response = await pool.request({ method: 'GET', path: '/healthz', headersTimeout: READY_TIMEOUT_MS });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`${name} is not ready`);
    },
    close: () => pool.close(),
  };
}
