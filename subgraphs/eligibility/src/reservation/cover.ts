/**
 * The cover that a claim meets: for each line the row of cover of its service date, and every accumulator that it could move with the limit of that day. Pure over rows.
 * `coverForClaim` shows it, and a reservation is measured by it, so that both speak of the same limits.
 */
import type { IsoDate } from '@olly/kit/time';
import { type Accumulator, accumulatorsOf } from '../accumulator/accumulator.ts';
import type { CoverageTerm } from '../accumulator/product.ts';
import { type Continuation, coveredElement } from '../coverage/continuity.ts';
import { insuredSince, isInForce, reasonOutside, termOf, waitingUntil } from '../coverage/cover.ts';
import type { MemberCoverageRow, NotCoveredReason } from '../mappers.ts';

/** What is known of one person under one policy. */
export interface ClaimCover {
  readonly policyId: string;
  /** The person's live rows of every policy, and the history of this one. */
  readonly rows: readonly MemberCoverageRow[];
  readonly continuations: readonly Continuation[];
}

export interface LineCover {
  readonly reason: NotCoveredReason | null;
  readonly row: MemberCoverageRow | null;
  readonly term: CoverageTerm | null;
  readonly insuredSince: IsoDate | null;
  readonly waitingUntil: IsoDate | null;
  readonly accumulators: readonly Accumulator[];
}

const NOTHING = { row: null, term: null, insuredSince: null, waitingUntil: null, accumulators: [] };

/** The cover of one line. Only rows of the claim's policy pay; those of others count for waiting periods. */
export function lineCover({ policyId, rows, continuations }: ClaimCover, day: IsoDate, coverageTermKey: string): LineCover {
  const ofPolicy = rows.filter((row) => row.policy_id === policyId);
  const live = ofPolicy.filter((row) => row.status !== 'SUPERSEDED');
  const inForce = live.filter((row) => isInForce(row, day));
  // cover that was taken back altogether is over, not unknown
  if (inForce.length === 0) return { ...NOTHING, reason: reasonOutside(live.length > 0 ? live : ofPolicy, day) };
  const row = inForce.find((one) => termOf(one, coverageTermKey));
  const term = row && termOf(row, coverageTermKey);
  if (!row || !term) return { ...NOTHING, reason: 'SERVICE_NOT_COVERED' };
  return {
    reason: null,
    row,
    term,
    insuredSince: insuredSince(row, rows),
    waitingUntil: waitingUntil(row, term, rows),
    accumulators: accumulatorsOf(coveredElement(row, continuations), day, coverageTermKey),
  };
}

/** Every accumulator of the claim's cover on a day, by key: what a movement of that day is measured by. */
export function accumulatorsOn({ policyId, rows, continuations }: ClaimCover, day: IsoDate): Map<string, Accumulator> {
  const inForce = rows.filter((row) => row.policy_id === policyId && isInForce(row, day));
  return new Map(inForce.flatMap((row) => accumulatorsOf(coveredElement(row, continuations), day)).map((one) => [one.key, one]));
}
