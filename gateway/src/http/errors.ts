/**
 * What leaves the gateway as an error: a message, a path and a stable code. Whatever has no code of ours is a fault of ours: logged
 * without its words, shown as INTERNAL.
 */
import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { GatewayLog } from '../options.ts';

/** Codes of a request that never ran: with `Accept: application/json` they are answered 200, as GraphQL over HTTP has it. */
const REQUEST_ERRORS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
  'DEPTH_LIMIT',
  'ALIAS_LIMIT',
  'DIRECTIVE_LIMIT',
  'TOKEN_LIMIT',
  'COST_LIMIT',
]);

/** What Apollo calls an error that nobody gave a code. */
const FAULTS = new Set<unknown>(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);

export const isRequestError = (code: unknown): boolean => typeof code === 'string' && REQUEST_ERRORS.has(code);

/**
 * graphql-js quotes the value that does not fit, and with it whatever a person wrote beside the mistake: only the place and the reason are kept, both words of the schema. Errors end in
 * logs of clients, and health data has no place there.
 */
export function withoutValues(message: string): string {
  const [, variable] = /^Variable "(\$\w+)" got invalid value /.exec(message) ?? [];
  if (variable === undefined) return message;
  const [, place] = / at "([\w.[\]]+)"; [^;]*$/.exec(message) ?? [];
  const [reason] = /(?:Expected (?:non-nullable )?type "?[\w[\]!]+"?(?: not to be null)?\.|Field "\w+" (?:of required type "[\w[\]!]+" was not provided|is not defined by type "\w+")\.(?: Did you mean [^;]*\?)?)$/.exec(message) ?? [];
  return `Variable "${variable}" got an invalid value${place ? ` at "${place}"` : ''}${reason ? `; ${reason}` : '.'}`;
}

/** A body of one error, as JSON text. */
export const errorBody = (code: string, message: string): string => JSON.stringify({ errors: [{ message, extensions: { code } }] });

/** Apollo Server's `formatError`: keeps code and path, drops stacks and services' details, hides faults. */
export function formatError(log: GatewayLog) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { stacktrace: _stack, serviceName: _service, http: _http, ...extensions } = formatted.extensions ?? {};
    const { path, locations } = formatted;
    const message = withoutValues(formatted.message);
    // the gateway's name for an operation that is not in the document, or not named among several
    if (extensions.code === 'INVALID_GRAPHQL' && !path) extensions.code = 'OPERATION_RESOLUTION_FAILURE';
    if (extensions.code !== undefined && !FAULTS.has(extensions.code)) {
      return { message, ...(locations && { locations }), ...(path && { path }), extensions };
    }
    const traceId = randomUUID();
    const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    const stack = original instanceof Error ? original.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8) : undefined;
    log.error({ traceId, error: original instanceof Error ? original.name : typeof original, stack }, 'a broken invariant');
    return { message: 'Something went wrong on our side.', ...(path && { path }), extensions: { code: 'INTERNAL', traceId } };
  };
}
