/**
 * Refusals: expected answers of a mutation. A command throws `Refused`; the resolver turns it back into data with `refusable`.
 */
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

/** Refuses an illegal step of a state machine, naming both states. */
export class IllegalTransition extends Refused {
  constructor(what: string, from: string, to: string) {
    super('ILLEGAL_TRANSITION', `${what} is ${from} and cannot become ${to}.`);
  }
}
