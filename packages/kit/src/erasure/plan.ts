/**
 * What a service holds about a person, and what happens to it when they ask to be forgotten. A plan is data: one rule a table, in the order in which rows may go (children first).
 * What always holds: a rule acts on rows whose class of data need not be kept any longer, and says of the others how long and why; it may run again at any time and does the same.
 */

/** How long a class of data is kept, as the service that runs the request says it. */
export interface Retention {
  /** Full years after the row's end; 0: it is not kept. */
  readonly years: number;
  /** Not before this day, for people who were minors. */
  readonly notBefore?: string | null;
}

/** One person's erasure, as a service hears of it. */
export interface ErasureOrder {
  readonly party: { readonly locator: string; readonly id: string };
  readonly deleteType: 'ERASE' | 'ANONYMISE' | 'RESTRICT';
  readonly retention: Readonly<Record<string, Retention>>;
  /** A contract of theirs is in force. */
  readonly isInForce: boolean;
  /** The business day. */
  readonly today: string;
}

/** In SQL a rule may name its row `t` and the person `party.locator` (text), `party.id` (uuid), `party.is_in_force` (a contract of theirs) and `party.today`. */
export interface ErasureRule {
  /** What the certificate calls it. */
  readonly what: string;
  /** The class that decides how long it is kept. */
  readonly dataClass: string;
  /** A table of the service's schema. */
  readonly table: string;
  /** Which rows are the person's. */
  readonly rows: string;
  /** The day from which the years count; null in a row that is still needed, which keeps it. */
  readonly endedOn: string;
  /** Columns and the SQL of what takes their place. Without it the rows are deleted. */
  readonly set?: Readonly<Record<string, string>>;
}

/** What is kept whatever the years, because nothing in it says who somebody is once the other systems have forgotten. */
export interface KeptRule {
  readonly what: string;
  readonly dataClass: string;
  readonly table: string;
  readonly rows: string;
  readonly why: string;
}

export interface ErasurePlan {
  readonly rules: readonly ErasureRule[];
  readonly keeps?: readonly KeptRule[];
  /** The service has a table `erased_parties`, which its writers ask before they write about somebody. */
  readonly hasTombstones?: boolean;
}

export type ErasureOutcome = 'ERASED' | 'ANONYMISED' | 'KEPT' | 'RESTRICTED';

/** One line of the certificate. */
export interface ErasureItem {
  readonly what: string;
  readonly dataClass: string;
  readonly outcome: ErasureOutcome;
  readonly rows: number;
  readonly keptUntil: string | null;
  /** Kept because something still goes on: it is asked again when that has ended. */
  readonly isRunning: boolean;
  readonly reason: string | null;
}
