/**
 * What a caller is told when something cannot be done. Two kinds, never mixed:
 * - a `Refusal` is an expected answer of a mutation (money, state, slots, authority, cover): data, in the typed result;
 * - everything else is a GraphQLError with a stable code. What is not one of ours is logged with its trace id and shown as INTERNAL.
 */
import { GraphQLError } from 'graphql';

/** An expected refusal: a code a program can act on, a sentence a person can act on, and the input field it is about. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** A path into the input, for instance `lines[2].amount`. */
  readonly field?: string | null;
}

/** Thrown inside a command to leave it with a refusal; `refusable` turns it back into data. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  constructor(code: string, message: string, field?: string) {
    super(message);
    this.refusal = { code, message, field: field ?? null };
  }
}

/** Runs a command; answers its result, or `{ __typename, code, message, field }` when it was refused. */
export async function refusable<T, N extends string>(
  refusalType: N,
  run: () => Promise<T>,
): Promise<T | ({ __typename: N } & Refusal)> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refused) return { __typename: refusalType, ...error.refusal };
    throw error;
  }
}

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

/** Refuses an illegal step of a state machine, naming both states. */
export class IllegalTransition extends Refused {
  constructor(what: string, from: string, to: string) {
    super('ILLEGAL_TRANSITION', `${what} is ${from} and cannot become ${to}.`);
  }
}
export * from './transitions.ts';
