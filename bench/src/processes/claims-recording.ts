/**
 * A claim's statements as they were really sent, with blanks where each claim has values of its own: the ids that were made for it, its key, its day of service. Filled
 * in with new ones, they are another claim's statements.
 */
import { newId, newLocator } from '@olly/kit/locator';
import type { ClaimService } from './claims-setting.ts';

export interface Statement {
  readonly db: ClaimService;
  readonly text: string;
  /** Prepared where the service prepares it. */
  readonly name?: string;
  readonly values: readonly unknown[];
}

export interface Recording {
  readonly statements: readonly Statement[];
  /** What each blank is: `id`, `day`, `key`, or the prefix of a locator. */
  readonly blanks: readonly string[];
}

const MARK = '\u0001';
const markOf = (index: number): string => `${MARK}${index}${MARK}`;
const DATE_KEY = '$date';

/** Puts blanks for a claim's own values. `own` says what each of them is. */
export function blanked(statements: readonly Statement[], own: ReadonlyMap<string, string>): Recording {
  const words = [...own.keys()];
  const indexes = new Map(words.map((word, index) => [word, index]));
  const any = new RegExp(words.toSorted((a, b) => b.length - a.length).map((word) => word.replaceAll(/[^\w-]/g, '\\$&')).join('|'), 'g');
  const blank = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(any, (word) => markOf(indexes.get(word) ?? -1));
    if (value instanceof Date) return { [DATE_KEY]: value.toISOString() };
    return Array.isArray(value) ? value.map(blank) : value;
  };
  return { statements: statements.map((one) => ({ ...one, values: one.values.map(blank) })), blanks: [...own.values()] };
}

type Fill = (fresh: readonly string[]) => unknown;

function filler(value: unknown): Fill {
  if (typeof value === 'string' && value.includes(MARK)) {
    const parts = value.split(MARK);
    return (fresh) => parts.map((part, index) => (index % 2 === 1 ? fresh[Number(part)] : part)).join('');
  }
  if (Array.isArray(value)) {
    const inside = value.map(filler);
    return (fresh) => inside.map((fill) => fill(fresh));
  }
  const constant = value !== null && typeof value === 'object' && DATE_KEY in value ? new Date(String(value[DATE_KEY])) : value;
  return () => constant;
}

export interface Replay {
  readonly statements: readonly { readonly db: ClaimService; readonly text: string; readonly name?: string; readonly fill: (fresh: readonly string[]) => unknown[] }[];
  /** New values for all blanks. */
  fresh(day: string, key: string): string[];
}

/** A recording, ready to be sent again and again. */
export function replayOf({ statements, blanks }: Recording): Replay {
  return {
    statements: statements.map(({ values, ...rest }) => {
      const fillers = values.map(filler);
      return { ...rest, fill: (fresh) => fillers.map((fill) => fill(fresh)) };
    }),
    fresh: (day, key) => blanks.map((kind) => (kind === 'id' ? newId() : kind === 'day' ? day : kind === 'key' ? key : newLocator(kind))),
  };
}
