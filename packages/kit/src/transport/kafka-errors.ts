/** What a failure of kafkajs means for the records that were sent. */
import { TransportError, type TransportFailure } from './transport.ts';

/** The broker is well and will never take these records, or this topic's name. */
const REFUSED = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP', 'INVALID_TOPIC_EXCEPTION', 'POLICY_VIOLATION']);

interface KafkaFailure {
  readonly name?: string;
  readonly type?: string;
  readonly code?: unknown;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** The error beneath "number of retries exceeded" and its like. */
function rootOf(error: unknown): KafkaFailure {
  let at = (error ?? {}) as KafkaFailure;
  for (let depth = 0; depth < 10; depth += 1) {
    const next = at.cause ?? at.errors?.[0];
    if (!next || typeof next !== 'object') break;
    at = next as KafkaFailure;
  }
  return at;
}

function failureOf({ name = '', type = '', retriable, code }: KafkaFailure): TransportFailure {
  if (REFUSED.has(type)) return 'refused';
  const isConnection = /Connection|Timeout|Broker|Metadata|Retries|Coordinator/.test(name) || (typeof code === 'string' && /^E(CONN|TIMEDOUT|PIPE|NOTFOUND|AI_AGAIN|HOST|NET)/.test(code));
  return retriable === true || isConnection ? 'unavailable' : 'unknown';
}

export function asTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const root = rootOf(error);
  return new TransportError(failureOf(root), root.type ?? (typeof root.code === 'string' ? root.code : (root.name ?? 'UNKNOWN')), error);
}
