/**
 * How one service asks another: its GraphQL, in a signed request whose identity is the service. With a timeout, and without retries:
 * the command that asks is itself safe to run again.
 */
import { Pool } from 'undici';
import { serviceIdentity } from '../auth/identity.ts';
import { signRequest } from '../auth/signing.ts';
import { appError } from '../errors/index.ts';

export interface ServiceClient {
  /**
   * Sends an operation. Throws SUBGRAPH_UNAVAILABLE or TIMEOUT; errors of the other service are thrown with their code. `onBehalfOf` is the subject of the person for whom
   * the service asks, for the other's audit.
   */
  query<T>(document: string, variables: Record<string, unknown>, onBehalfOf?: string): Promise<T>;
  close(): Promise<void>;
}

export interface ClientOptions {
  /** Who asks. */
  readonly from: string;
  /** Who is asked. */
  readonly to: string;
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs?: number;
}

interface GraphQLAnswer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** A client of one service. Connections are kept alive and pooled. */
export function serviceClient({ from, to, url, secret, timeoutMs = 5000 }: ClientOptions): ServiceClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 16, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connectTimeout: 1000 });
  return {
    async query<T>(document: string, variables: Record<string, unknown>, onBehalfOf?: string): Promise<T> {
      const body = JSON.stringify({ query: document, variables });
      const headers = { 'content-type': 'application/json', ...signRequest({ secret, subgraph: to, identity: serviceIdentity(from, onBehalfOf), body }) };
      let answer: GraphQLAnswer<T>;
      try {
        const response = await pool.request({ method: 'POST', path: pathname, headers, body });
        answer = (await response.body.json()) as GraphQLAnswer<T>;
      } catch (error) {
        const isSlow = error instanceof Error && error.name.endsWith('TimeoutError');
        throw appError(isSlow ? 'TIMEOUT' : 'SUBGRAPH_UNAVAILABLE', `The service ${to} did not answer.`);
      }
      const [first] = answer.errors ?? [];
      if (first) throw appError(first.extensions?.code ?? 'INTERNAL', first.message);
      if (answer.data == null) throw appError('SUBGRAPH_UNAVAILABLE', `The service ${to} did not answer.`);
      return answer.data;
    },
    close: () => pool.close(),
  };
}
