/**
 * Cover, waiting period and dates, all by the line's service date (a stay: its admission). The day on which the claim came in counts for the filing limit alone:
 * cover that has ended since still pays earlier services. What lies outside cover is the member's (PR); a late claim is the provider's fault (CO).
 */
import { addDays, addYears } from '@olly/kit/time';
import type { ClaimFacts, LineFacts } from './facts.ts';
import type { Worksheet } from './worksheet.ts';

/** The day that selects cover, term, network and period. */
export const coverDate = ({ serviceDate, admissionDate }: Pick<LineFacts, 'serviceDate' | 'admissionDate'>): string => admissionDate ?? serviceDate;

const REASONS = { BEFORE_COVER: '26', AFTER_COVER: '27', SERVICE_NOT_COVERED: '96' } as const;

/** PR-26 before the first day of cover, PR-27 after the last, PR-96 for a service that the plan does not name. */
export function denyOutsideCover(sheet: Worksheet): void {
  const { cover } = sheet.line;
  if (cover.isCovered) return;
  const why = cover.reason ?? 'SERVICE_NOT_COVERED';
  sheet.deny('COVER', 'PR', REASONS[why], { cover: why, date: coverDate(sheet.line) });
}

/** PR-179: the waiting period of the service has not passed on its day. The first day after it is payable. */
export function denyWithinWaitingPeriod(sheet: Worksheet): void {
  const { waitingUntil } = sheet.line.cover;
  if (waitingUntil && coverDate(sheet.line) < waitingUntil) sheet.deny('WAITING_PERIOD', 'PR', '179', { until: waitingUntil });
}

/** The earliest day of service that a claim of this day may still be about. */
export const inTimeFrom = ({ receivedOn, filingDays }: Pick<ClaimFacts, 'receivedOn' | 'filingDays'>): string => addDays(receivedOn, -filingDays);

/** CO-29: claimed later than the filing limit after the service. The last day of the limit is in time. */
export function denyLateClaim(sheet: Worksheet, earliest: string): void {
  if (sheet.line.serviceDate < earliest) sheet.deny('FILING_LIMIT', 'CO', '29', { inTimeFrom: earliest });
}

/** Within the clear years of a moratorium it matters which conditions were there before, and nobody has said: a person looks. */
export function isMedicalHistoryUnknown({ cover, ...line }: LineFacts): boolean {
  if (!cover.isCovered || cover.moratoriumYears === null || cover.insuredSince === null) return false;
  return coverDate(line) < addYears(cover.insuredSince, cover.moratoriumYears);
}
