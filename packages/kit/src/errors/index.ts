/**
 * What a caller is told when something cannot be done. Two kinds, never mixed:
 * - a `Refusal` is an expected answer of a mutation (money, state, slots, authority, cover): data, in the typed result;
 * - everything else is a GraphQLError with a stable code. What is not one of ours is logged with its trace id and shown as INTERNAL.
 */
import { GraphQLError } from 'graphql';

export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONSENT_REQUIRED'
  | 'CONFLICT'
  | 'SUBGRAPH_UNAVAILABLE'
  | 'TIMEOUT'
  | 'INTERNAL';

/** An error that may be shown: a stable code and a message without names, health data or machine details. */
export function appError(code: ErrorCode | (string & {}), message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

export const notFound = (what: string): GraphQLError => appError('NOT_FOUND', `${what} was not found.`);
export const forbidden = (message = 'This is not allowed for the signed-in roles.'): GraphQLError =>
  appError('FORBIDDEN', message);
export const unauthenticated = (message = 'Sign in to see this.'): GraphQLError => appError('UNAUTHENTICATED', message);
export const badInput = (message: string, field?: string): GraphQLError =>
  appError('BAD_USER_INPUT', message, field ? { field } : {});

export * from './refusal.ts';
export * from './transitions.ts';
