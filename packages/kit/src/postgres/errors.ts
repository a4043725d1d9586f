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
