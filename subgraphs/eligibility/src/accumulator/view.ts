/** An accumulator as it is shown: from a limit that cover names and what is stored as used, or from the stored row alone. Pure. */
import type { AccumulatorRow, StoredAccumulator } from '../mappers.ts';
import type { Accumulator } from './accumulator.ts';
import { NOTHING, quantity } from './quantity.ts';

/** The limit that counts on a day, and what is used of it. */
export const shown = (one: Accumulator, stored: StoredAccumulator | null | undefined): AccumulatorRow => ({
  id: stored?.id ?? null,
  type: one.type,
  level: one.level,
  network: one.network,
  element_type: one.elementType,
  coverage_term_key: one.coverageTermKey,
  basis: one.basis,
  period: one.period,
  period_start: one.periodStart,
  period_end: one.periodEnd,
  currency: one.currency,
  limit_quantity: one.limit,
  used_quantity: stored ? quantity(stored.consumed_amount) : NOTHING,
  policy_id: one.policyId,
  party_id: one.partyId,
  last_claim_locator: stored?.last_claim_locator ?? null,
});

/** A stored row with the limit that it was last measured by. */
export const shownAlone = (row: StoredAccumulator): AccumulatorRow => ({
  ...row,
  type: row.accumulator_type,
  limit_quantity: quantity(row.limit_amount),
  used_quantity: quantity(row.consumed_amount),
});
