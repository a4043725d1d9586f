/**
 * What the database refused, in words a command can use. Commands turn a violation into a typed refusal or an idempotent answer;
 * the constraint's name picks which. The driver's message is never shown: it quotes values.
 */
export type ViolationKind = 'unique' | 'check' | 'foreign_key' | 'not_null' | 'exclusion';

export interface Violation {
  readonly kind: ViolationKind;
  /** The constraint's name; for not_null the column's. */
  readonly constraint: string;
  readonly table: string;
}

const KINDS: Readonly<Record<string, ViolationKind>> = {
  '23505': 'unique',
  '23514': 'check',
  '23503': 'foreign_key',
  '23502': 'not_null',
  '23P01': 'exclusion',
};

/** The SQLSTATE of an error of PostgreSQL; undefined for any other. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Which constraint an error broke; null when it is not about a constraint. */
export function violation(error: unknown): Violation | null {
  const kind = KINDS[sqlState(error) ?? ''];
  if (!kind) return null;
  const { constraint, column, table } = error as { constraint?: string; column?: string; table?: string };
  return { kind, constraint: constraint ?? column ?? '', table: table ?? '' };
}

/** Told by the server or the driver when a connection cannot be had, or not kept. */
const CONNECTION_STATES = /^(08|53|57|58)/;
const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const CONNECTION_WORDS = /Connection terminated|connection (error|timeout)|timeout exceeded when trying to connect|not queryable|Cannot use a pool after/i;

/** True when the database could not be reached or went away: nothing is said about the statement, and trying again later is right. */
export function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error);
  if (state) return CONNECTION_STATES.test(state);
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: unknown };
  return (typeof code === 'string' && CONNECTION_CODES.has(code)) || CONNECTION_WORDS.test(error.message);
}
