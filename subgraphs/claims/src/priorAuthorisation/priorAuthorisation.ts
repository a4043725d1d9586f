/**
 * The states of a prior authorisation, and the market's clock: seven days from receipt, 72 hours when expedited, calendar time; one extension. Being overdue escalates,
 * it never approves by itself. All of it pure.
 */
import { Refused, stateMachine } from '@olly/kit/errors';
import type { MarketRules } from '../market/rules.ts';

export const PRIOR_AUTHORISATION_STATUSES = [
  'SUBMITTED',
  'IN_REVIEW',
  'INFO_REQUESTED',
  'APPROVED',
  'PARTIALLY_APPROVED',
  'DENIED',
  'WITHDRAWN',
  'EXHAUSTED',
  'EXPIRED',
  'REVOKED',
  'APPEALED',
] as const;
export type PriorAuthorisationStatus = (typeof PRIOR_AUTHORISATION_STATUSES)[number];
export type PriorAuthorisationCommand = 'review' | 'requestInfo' | 'answer' | 'decide' | 'withdraw' | 'exhaust' | 'expire' | 'revoke' | 'appeal' | 'restore';
export type Urgency = 'STANDARD' | 'EXPEDITED';

export const priorAuthorisationMachine = stateMachine<PriorAuthorisationStatus, PriorAuthorisationCommand>('The prior authorisation', [
  ['SUBMITTED', 'review', 'IN_REVIEW'],
  ['IN_REVIEW', 'requestInfo', 'INFO_REQUESTED'],
  ['INFO_REQUESTED', 'answer', 'IN_REVIEW'],
  ['IN_REVIEW', 'decide', 'APPROVED'],
  ['IN_REVIEW', 'decide', 'PARTIALLY_APPROVED'],
  ['IN_REVIEW', 'decide', 'DENIED'],
  ['SUBMITTED', 'withdraw', 'WITHDRAWN'],
  ['IN_REVIEW', 'withdraw', 'WITHDRAWN'],
  ['INFO_REQUESTED', 'withdraw', 'WITHDRAWN'],
  ['APPROVED', 'exhaust', 'EXHAUSTED'],
  ['PARTIALLY_APPROVED', 'exhaust', 'EXHAUSTED'],
  ['EXHAUSTED', 'restore', 'APPROVED'],
  ['EXHAUSTED', 'restore', 'PARTIALLY_APPROVED'],
  ['APPROVED', 'expire', 'EXPIRED'],
  ['PARTIALLY_APPROVED', 'expire', 'EXPIRED'],
  ['APPROVED', 'revoke', 'REVOKED'],
  ['PARTIALLY_APPROVED', 'revoke', 'REVOKED'],
  ['DENIED', 'appeal', 'APPEALED'],
  ['APPEALED', 'review', 'IN_REVIEW'],
]);

const HOUR_MS = 3_600_000;
type Clocks = Pick<MarketRules, 'standardHours' | 'expeditedHours' | 'extensionHours'>;

/** When a request must be decided, by the market's clock: calendar time from receipt. */
export const dueAt = (receivedAt: Date, urgency: Urgency, { standardHours, expeditedHours }: Clocks): Date =>
  new Date(receivedAt.getTime() + (urgency === 'STANDARD' ? standardHours : expeditedHours) * HOUR_MS);
export const extendedDueAt = (due: Date, { extensionHours }: Clocks): Date => new Date(due.getTime() + extensionHours * HOUR_MS);

/** The state that a number of approved units leads to. A denial says why. Throws `Refused`. */
export function decisionOf(units: number, requested: number, reason: string | null): 'APPROVED' | 'PARTIALLY_APPROVED' | 'DENIED' {
  if (!Number.isInteger(units) || units < 0 || units > requested)
    throw new Refused('UNITS_INVALID', `Between 0 and the ${requested} units that were asked for.`, 'units');
  if (units === requested) return 'APPROVED';
  if (reason === null) throw new Refused('REASON_MISSING', 'A denial, also in part, says why.', 'reason');
  return units === 0 ? 'DENIED' : 'PARTIALLY_APPROVED';
}
