/**
 * `coverForClaim`: everything that the decision about a claim needs from here, read in one moment (repeatable read), so that limits, used amounts and versions belong
 * together. Four statements, however many lines.
 */
import { type Pool, type PoolClient, transaction } from '@olly/kit/postgres';
import type { Accumulator } from '../accumulator/accumulator.ts';
import { remaining } from '../accumulator/arithmetic.ts';
import { NOTHING, type Quantity, quantity, quantityText } from '../accumulator/quantity.ts';
import { accumulatorsByKey, heldMovements } from '../accumulator/store.ts';
import { continuationsOf, rowsForClaim } from '../coverage/store.ts';
import type { CoverForClaimInput, CoverSnapshot } from '../../generated/resolvers.ts';
import { type ClaimCover, type LineCover, lineCover } from './cover.ts';

export async function gatherCover(tx: Pool | PoolClient, partyId: string, policyId: string): Promise<ClaimCover> {
  const rows = await rowsForClaim(tx, partyId, policyId);
  const isInScheme = rows.some((row) => row.policy_id === policyId && row.scheme !== null);
  return { policyId, rows, continuations: isInScheme ? await continuationsOf(tx, [policyId]) : [] };
}

interface Used {
  readonly used: Quantity;
  readonly version: number;
}

/** What other claims have used: without this claim and the one that it replaces. */
async function usedByOthers(tx: PoolClient, keys: readonly string[], claims: readonly string[]): Promise<Map<string, Used>> {
  if (keys.length === 0) return new Map();
  const stored = await accumulatorsByKey(tx, keys);
  const used = new Map(stored.map((row) => [row.key, { used: quantity(row.consumed_amount), version: row.version }]));
  for (const { key, amount } of claims.length > 0 ? await heldMovements(tx, claims) : []) {
    const state = used.get(key);
    if (state) used.set(key, { ...state, used: state.used - quantity(amount) });
  }
  return used;
}

function shownAccumulator(one: Accumulator, { used, version }: Used) {
  const text = (value: Quantity) => quantityText(value, one.currency);
  const { key, type, level, network, coverageTermKey, basis, period, periodStart, periodEnd, limit } = one;
  const standing = { limit, used };
  return { key, type, level, network, coverageTermKey, basis, period, periodStart, periodEnd, limit: text(limit), used: text(used), remaining: text(remaining(standing)), version };
}

function shownElement({ row, insuredSince }: LineCover) {
  if (!row || insuredSince === null) return null;
  const { id, policy_element_id, element_static_id, element_type, term_id, effective_from, effective_to } = row;
  return { memberCoverageId: id, policyElementId: policy_element_id, staticId: element_static_id, type: element_type, termId: term_id, from: effective_from, to: effective_to, insuredSince };
}

/** Null when nothing is known of this person under this policy: the cover may still be on its way. */
export function coverForClaim(pool: Pool, input: CoverForClaimInput): Promise<CoverSnapshot | null> {
  const read = async (tx: PoolClient): Promise<CoverSnapshot | null> => {
    const cover = await gatherCover(tx, input.partyId, input.policyId);
    const first = cover.rows.find((row) => row.policy_id === input.policyId);
    if (!first) return null;
    const lines = input.services.map((service) => ({ service, found: lineCover(cover, service.serviceDate, service.coverageTermKey) }));
    const keys = [...new Set(lines.flatMap(({ found }) => found.accumulators.map((one) => one.key)))];
    const used = await usedByOthers(tx, keys, [input.claim, input.replaces].filter((claim) => claim != null));
    return {
      partyId: input.partyId,
      policyId: input.policyId,
      policy: first.policy_locator,
      currency: first.currency,
      lines: lines.map(({ service, found }) => ({
        ...service,
        isCovered: found.reason === null,
        reason: found.reason,
        waitingUntil: found.waitingUntil,
        element: shownElement(found),
        coverage: found.row ? { ...found.row.element_terms, coverageTerms: found.row.coverage_terms } : null,
        coverageTerm: found.term,
        accumulators: found.accumulators.map((one) => shownAccumulator(one, used.get(one.key) ?? { used: NOTHING, version: 0 })),
      })),
    };
  };
  return transaction(pool, read, { isolation: 'repeatable read' });
}
