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

export interface ReservationRequest {
  /** Versions that the decision was made from, by key. */
  readonly expected: ReadonlyMap<string, number>;
  readonly movements: readonly Movement[];
}

export type ReservationDecision = { readonly outcome: 'RESERVED'; readonly used: ReadonlyMap<string, Quantity> } | { readonly outcome: 'STALE'; readonly stale: readonly string[] };

/**
 * All or nothing: takes every movement in order, or names the accumulators that moved since the decision or have too little left.
 * `limitOn` answers the limit that counts on a service date. A row that does not exist yet is `{used: 0, version: 0}`, which callers leave out.
 */
export function decideReservation(held: ReadonlyMap<string, Held>, request: ReservationRequest, limitOn: (key: string, day: IsoDate) => Quantity): ReservationDecision {
  const stale = new Set<string>();
  for (const [key, version] of request.expected) if ((held.get(key)?.version ?? 0) !== version) stale.add(key);
  const used = new Map<string, Quantity>();
  for (const { accumulator, amount, serviceDate } of request.movements) {
    const before = used.get(accumulator) ?? held.get(accumulator)?.used ?? NOTHING;
    if (amount > remaining({ limit: limitOn(accumulator, serviceDate), used: before })) stale.add(accumulator);
    used.set(accumulator, before + amount);
  }
  return stale.size > 0 ? { outcome: 'STALE', stale: [...stale].sort() } : { outcome: 'RESERVED', used };
}
