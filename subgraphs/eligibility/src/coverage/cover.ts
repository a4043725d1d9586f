/**
 * Is somebody covered for a service on a day? Pure: rows of cover in, an answer out. Superseded rows never count; a row covers [from, to); a waiting period counts
 * from the day since which the person has been insured without a gap, also under an earlier policy.
 */
import { addMonths, contains, type IsoDate } from '@olly/kit/time';
import type { CoverageTerm } from '../accumulator/product.ts';
import type { MemberCoverageRow, NotCoveredReason } from '../mappers.ts';

const isLive = (row: MemberCoverageRow): boolean => row.status !== 'SUPERSEDED';
export const isInForce = (row: MemberCoverageRow, day: IsoDate): boolean => isLive(row) && contains({ from: row.effective_from, to: row.effective_to }, day);

export const termOf = (row: MemberCoverageRow, key: string): CoverageTerm | undefined => row.coverage_terms.find((term) => term.key === key);

/** Since when the person of a row has been insured for this kind of cover without a gap. `rows` are all of the person's. */
export function insuredSince(row: MemberCoverageRow, rows: readonly MemberCoverageRow[]): IsoDate {
  const others = rows.filter((one) => isLive(one) && one.party_id === row.party_id && one.element_type === row.element_type && one.effective_from < one.effective_to);
  let since = row.effective_from;
  for (;;) {
    const before = others.find((one) => one.effective_from < since && since <= one.effective_to);
    if (!before) return since;
    since = before.effective_from;
  }
}

/** The first day on which a service's waiting period is over; null when it has none. */
export function waitingUntil(row: MemberCoverageRow, term: CoverageTerm, rows: readonly MemberCoverageRow[]): IsoDate | null {
  const months = term.waitingMonths ?? 0;
  return months === 0 ? null : addMonths(insuredSince(row, rows), months);
}

/** Why no row is in force on a day. A gap between two covers is after the first. */
export function reasonOutside(rows: readonly MemberCoverageRow[], day: IsoDate): NotCoveredReason {
  if (rows.length === 0) return 'NO_COVER';
  return rows.some((row) => row.effective_from <= day) ? 'AFTER_COVER' : 'BEFORE_COVER';
}

export interface CoverAnswer {
  readonly reason: NotCoveredReason | null;
  readonly waitingUntil: IsoDate | null;
  readonly isPriorAuthorisationNeeded: boolean | null;
  readonly cover: readonly MemberCoverageRow[];
}

/** Answers for one person; without a service for the whole cover. Of several covers for a service the one that pays first counts. */
export function coverOn(rows: readonly MemberCoverageRow[], day: IsoDate, coverageTermKey?: string | null): CoverAnswer {
  const live = rows.filter(isLive);
  const inForce = live.filter((row) => isInForce(row, day));
  const none = { waitingUntil: null, isPriorAuthorisationNeeded: null, cover: [] };
  if (inForce.length === 0) return { ...none, reason: reasonOutside(live, day) };
  if (coverageTermKey == null) return { ...none, reason: null, cover: inForce };
  const offers = inForce.flatMap((row) => {
    const term = termOf(row, coverageTermKey);
    return term ? [{ row, term, until: waitingUntil(row, term, rows) }] : [];
  });
  if (offers.length === 0) return { ...none, reason: 'SERVICE_NOT_COVERED' };
  const ready = offers.filter(({ until }) => until === null || until <= day);
  const [first] = (ready.length > 0 ? ready : offers).toSorted((a, b) => ((a.until ?? '') < (b.until ?? '') ? -1 : 1));
  return {
    reason: ready.length > 0 ? null : 'WAITING_PERIOD',
    waitingUntil: first?.until ?? null,
    isPriorAuthorisationNeeded: first?.term.priorAuthorisation ?? false,
    cover: offers.map(({ row }) => row),
  };
}
