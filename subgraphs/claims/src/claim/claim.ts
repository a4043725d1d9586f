/**
 * The states of a claim and the steps between them. The table is read by the commands, by its test and by the README. A decision leads to one of three states; the
 * command then says which. A claim of which the plan pays nothing is closed as PAID at once, without a payment.
 */
import { stateMachine } from '@olly/kit/errors';

export const CLAIM_STATUSES = ['SUBMITTED', 'IN_REVIEW', 'APPROVED', 'PARTIALLY_APPROVED', 'DENIED', 'PAID', 'APPEALED', 'REVERSED', 'WITHDRAWN'] as const;
export type ClaimStatus = (typeof CLAIM_STATUSES)[number];
export type ClaimCommand = 'hold' | 'decide' | 'pay' | 'failPayment' | 'withdraw' | 'reverse' | 'appeal';

export const claimMachine = stateMachine<ClaimStatus, ClaimCommand>('The claim', [
  ['SUBMITTED', 'hold', 'IN_REVIEW'],
  ['SUBMITTED', 'decide', 'APPROVED'],
  ['SUBMITTED', 'decide', 'PARTIALLY_APPROVED'],
  ['SUBMITTED', 'decide', 'DENIED'],
  ['SUBMITTED', 'withdraw', 'WITHDRAWN'],
  ['IN_REVIEW', 'hold', 'IN_REVIEW'],
  ['IN_REVIEW', 'decide', 'APPROVED'],
  ['IN_REVIEW', 'decide', 'PARTIALLY_APPROVED'],
  ['IN_REVIEW', 'decide', 'DENIED'],
  ['IN_REVIEW', 'withdraw', 'WITHDRAWN'],
  ['APPROVED', 'pay', 'PAID'],
  ['APPROVED', 'appeal', 'APPEALED'],
  ['PARTIALLY_APPROVED', 'pay', 'PAID'],
  ['PARTIALLY_APPROVED', 'appeal', 'APPEALED'],
  ['DENIED', 'appeal', 'APPEALED'],
  ['PAID', 'failPayment', 'APPROVED'],
  ['PAID', 'appeal', 'APPEALED'],
  ['PAID', 'reverse', 'REVERSED'],
  ['APPEALED', 'hold', 'IN_REVIEW'],
]);

/** States that a decision can be made from. */
export const UNDECIDED: readonly ClaimStatus[] = ['SUBMITTED', 'IN_REVIEW'];
