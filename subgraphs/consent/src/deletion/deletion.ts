/**
 * The way of a deletion request. Pure: the state table that code, test and README share, and the day by which the law wants it done (one month after the
 * request; GDPR article 12(3)). Work begins only after the person is verified, and from then on it cannot be called off, only held.
 */
import { Refused, stateMachine } from '@olly/kit/errors';
import { addMonths, type IsoDate } from '@olly/kit/time';

export type DeletionStatus = 'REQUESTED' | 'VERIFIED' | 'IN_PROGRESS' | 'ON_HOLD' | 'COMPLETED' | 'REFUSED' | 'CANCELLED';
export type DeletionCommand = 'verify' | 'refuse' | 'cancel' | 'start' | 'hold' | 'resume' | 'complete';

export const deletionMachine = stateMachine<DeletionStatus, DeletionCommand>('The deletion request', [
  ['REQUESTED', 'verify', 'VERIFIED'],
  ['REQUESTED', 'refuse', 'REFUSED'],
  ['REQUESTED', 'cancel', 'CANCELLED'],
  ['VERIFIED', 'refuse', 'REFUSED'],
  ['VERIFIED', 'cancel', 'CANCELLED'],
  ['VERIFIED', 'start', 'IN_PROGRESS'],
  ['IN_PROGRESS', 'hold', 'ON_HOLD'],
  ['ON_HOLD', 'resume', 'IN_PROGRESS'],
  ['IN_PROGRESS', 'complete', 'COMPLETED'],
]);

const MONTHS = 1;
export const dueOn = (requestedOn: IsoDate): IsoDate => addMonths(requestedOn, MONTHS);

const REASON_MAX = 1_000;

/** Trimmed text of at most 1,000 characters; empty is absent. Throws `Refused`. */
export function reasonOf(text: string | null | undefined): string | null {
  const reason = text?.trim() || null;
  if (reason && reason.length > REASON_MAX) throw new Refused('REASON_TOO_LONG', `reason: at most ${REASON_MAX} characters.`, 'reason');
  if (reason?.includes('\0')) throw new Refused('REASON_INVALID', 'reason: NUL characters are not allowed.', 'reason');
  return reason;
}
