/**
 * Logs that cannot tell on anybody. A line carries only the fields of an allow-list, and of those only plain values; a name, a diagnosis or a whole
 * row that somebody logs by mistake is dropped, not masked. Messages are constants in the code, never built from data.
 */
import pino from 'pino';

/** Every field that may be logged. Identifiers, codes, counts and durations; nothing that a person wrote. */
const ALLOWED: ReadonlySet<string> = new Set([
  'aggregate', 'attempt', 'attempts', 'code', 'constraint', 'consumerGroup', 'count', 'database', 'durationMs', 'error', 'event', 'eventId', 'file', 'group', 'host',
  'job', 'key', 'kind', 'lagMs', 'line', 'locator', 'max', 'method', 'migration', 'offset', 'operation', 'outcome', 'partition', 'path', 'pid', 'port', 'process',
  'reason', 'requestId', 'retryMs', 'schema', 'service', 'signal', 'size', 'sqlState', 'stack', 'state', 'status', 'step', 'subgraph', 'table', 'task', 'topic',
  'traceId', 'tries', 'type', 'url', 'version', 'waitMs',
]);

/** Passwords and query strings have no place in a log. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//').replace(/\?[^\s]*/g, '');
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Error) return safeError(value);
  return undefined;
}

/** Of an error: its class, its codes, where it was thrown. Never its message, which may quote a value. */
export function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table } = error as Error & { code?: unknown; constraint?: unknown; table?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8);
  return { type: error.name, code: plain(code), constraint: plain(constraint), table: plain(table), stack: frames.map((frame) => frame.trim()) };
}

/** What is left of the fields given to a log call. */
export function allowedFields(fields: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err') kept.error = safeError(value);
    else if (ALLOWED.has(name)) {
      const safe = plain(value);
      if (safe !== undefined) kept[name] = safe;
    }
  }
  return kept;
}

export type Logger = pino.Logger;

/** A logger of JSON lines. `service` is the process or subgraph. */
export function createLogger(service: string, options: { level?: string; destination?: pino.DestinationStream } = {}): Logger {
  const level = options.level ?? process.env.LOG_LEVEL ?? 'info';
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: safeError },
      hooks: {
        // The library would take a lone error's message for the line's message.
        logMethod(args, method) {
          const [first, message] = args as unknown[];
          method.apply(this, (first instanceof Error ? [{ err: first }, message ?? 'an error'] : args) as Parameters<typeof method>);
        },
      },
      formatters: { level: (label) => ({ level: label }), log: allowedFields },
    },
    options.destination ?? pino.destination(1),
  );
}
