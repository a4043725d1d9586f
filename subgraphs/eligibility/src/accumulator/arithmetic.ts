/**
 * The arithmetic of limits: what is left, how much of a charge they still take, and whether what a claim wants to take may be taken. Pure.
 * Always holds: what claims take together never passes the limit of the service date, and not a penny of what was left is skipped.
 */
import type { IsoDate } from '@olly/kit/time';
import { least, NOTHING, type Quantity } from './quantity.ts';

export interface Standing {
  readonly limit: Quantity;
  readonly used: Quantity;
}

/** The limit less what is used. A limit lowered under what was used leaves nothing; it never takes back. */
export const remaining = ({ limit, used }: Standing): Quantity => (used < limit ? limit - used : NOTHING);

/** How much of a charge falls under all of these limits at once: a person's deductible, the family's, and the out-of-pocket maxima. */
export const takeable = (charge: Quantity, standings: readonly Standing[]): Quantity => least(charge, ...standings.map(remaining));

/** An accumulator's row, locked, without what the claim itself (or the claim it replaces) had taken. */
export interface Held {
  readonly used: Quantity;
  readonly version: number;
}

export interface Movement {
  readonly accumulator: string;
  readonly amount: Quantity;
  readonly serviceDate: IsoDate;
}

/** What a decision was made from. */
export interface Expected {
  readonly version: number;
  /** Used by others then; null where the decision depends on it otherwise than as a cap. */
  readonly used: Quantity | null;
}

export interface ReservationRequest {
  /** By key. */
  readonly expected: ReadonlyMap<string, Expected>;
  readonly movements: readonly Movement[];
}

export type ReservationDecision = { readonly outcome: 'RESERVED'; readonly used: ReadonlyMap<string, Quantity> } | { readonly outcome: 'STALE'; readonly stale: readonly string[] };

/**
 * Would the decision have come out the same from what is used now? An accumulator only caps what is taken. A claim that took less than was left met no cap, and meets
 * none now as long as it still fits; one that took nothing had no need of it, or found it full, and it is no emptier now. So claims that race far from a limit do not
 * send one another back; without it 200 claims of a family would be decided some 20,000 times.
 */
function isDecidedAlike(before: Quantity, now: Quantity, taken: Quantity, limit: Quantity | undefined): boolean {
  if (before === now) return true;
  return taken === NOTHING || limit === undefined ? before <= now : before + taken < limit;
}

/**
 * All or nothing: takes every movement in order, or names the accumulators from which the decision might come out otherwise now, or that have too little left.
 * `limitOn` answers the limit that counts on a service date. A row that does not exist yet is `{used: 0, version: 0}`, which callers leave out.
 */
export function decideReservation(held: ReadonlyMap<string, Held>, request: ReservationRequest, limitOn: (key: string, day: IsoDate) => Quantity): ReservationDecision {
  const stale = new Set<string>();
  const used = new Map<string, Quantity>();
  const tightest = new Map<string, Quantity>();
  for (const { accumulator, amount, serviceDate } of request.movements) {
    const before = used.get(accumulator) ?? held.get(accumulator)?.used ?? NOTHING;
    const limit = limitOn(accumulator, serviceDate);
    if (amount > remaining({ limit, used: before })) stale.add(accumulator);
    used.set(accumulator, before + amount);
    tightest.set(accumulator, least(limit, tightest.get(accumulator) ?? limit));
  }
  for (const [key, expected] of request.expected) {
    const now = held.get(key) ?? { used: NOTHING, version: 0 };
    if (now.version === expected.version) continue;
    const taken = (used.get(key) ?? now.used) - now.used;
    if (expected.used === null || !isDecidedAlike(expected.used, now.used, taken, tightest.get(key))) stale.add(key);
  }
  return stale.size > 0 ? { outcome: 'STALE', stale: [...stale].sort() } : { outcome: 'RESERVED', used };
}
