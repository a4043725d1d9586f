/**
 * The states of policies, terms and transactions. What was decided is stored (cancelled, lapsed, in grace); what only time brings (pending, active, expired) follows
 * from the day, so that no sweep has to run for a policy to be in force. Pure.
 */
import { stateMachine } from '@olly/kit/errors';
import type { IsoDate } from '@olly/kit/time';
import type { PolicyRow, PolicyTermRow } from '../mappers.ts';

export type TransactionStatus = 'DRAFT' | 'VALIDATED' | 'PRICED' | 'UNDERWRITTEN' | 'REFERRED' | 'DECLINED' | 'REJECTED' | 'ACCEPTED' | 'ISSUED' | 'REVERSED' | 'REFUSED' | 'DISCARDED' | 'INVALIDATED';
export type TransactionCommand = 'validate' | 'price' | 'underwrite' | 'accept' | 'issue' | 'reverse' | 'refuse' | 'discard' | 'invalidate';

const OPEN: readonly TransactionStatus[] = ['DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'ACCEPTED'];
type TransactionRow = readonly [TransactionStatus, TransactionCommand, TransactionStatus];

/**
 * The states of a transaction: a quote's, up to being issued. A change takes its steps at once and comes to rest where it is issued or held; what is held is INVALIDATED when the policy
 * has moved on, since its price was made from what was before.
 */
export const transactionMachine = stateMachine<TransactionStatus, TransactionCommand>('The transaction', [
  ['DRAFT', 'validate', 'VALIDATED'],
  ['VALIDATED', 'price', 'PRICED'],
  ...(['PRICED', 'REFERRED', 'DECLINED'] as const).flatMap((from) => (['UNDERWRITTEN', 'REFERRED', 'DECLINED', 'REJECTED'] as const).map((to): TransactionRow => [from, 'underwrite', to])),
  ['UNDERWRITTEN', 'accept', 'ACCEPTED'],
  ['ACCEPTED', 'issue', 'ISSUED'],
  ['ISSUED', 'reverse', 'REVERSED'],
  ...OPEN.map((from): TransactionRow => [from, 'refuse', 'REFUSED']),
  ...OPEN.map((from): TransactionRow => [from, 'discard', 'DISCARDED']),
  ...OPEN.map((from): TransactionRow => [from, 'invalidate', 'INVALIDATED']),
]);

export type PolicyStatus = 'PENDING' | 'ACTIVE' | 'IN_GRACE' | 'EXPIRED' | 'CANCELLED' | 'LAPSED';
export type TermStatus = PolicyTermRow['status'];

export const termMachine = stateMachine<TermStatus, 'begin' | 'expire' | 'cancel' | 'lapse' | 'reinstate'>('The term', [
  ['PENDING', 'begin', 'ACTIVE'],
  ['PENDING', 'cancel', 'CANCELLED'],
  ['ACTIVE', 'expire', 'EXPIRED'],
  ['ACTIVE', 'cancel', 'CANCELLED'],
  ['ACTIVE', 'lapse', 'LAPSED'],
  ['CANCELLED', 'reinstate', 'ACTIVE'],
  ['LAPSED', 'reinstate', 'ACTIVE'],
]);

/** Where a term stands on a day. A cancellation with a later date leaves it running until then. */
export function termStatusOn(term: Pick<PolicyTermRow, 'status' | 'effective_from' | 'effective_to' | 'ended_on'>, day: IsoDate): TermStatus {
  if (term.ended_on !== null && (term.ended_on <= day || term.ended_on === term.effective_from)) return term.status;
  if (day < term.effective_from) return 'PENDING';
  return day < term.effective_to ? 'ACTIVE' : 'EXPIRED';
}

/** Where a policy stands on a day. */
export function policyStatusOn({ status, inception_date: from, covered_to: to }: Pick<PolicyRow, 'status' | 'inception_date' | 'covered_to'>, day: IsoDate): PolicyStatus {
  const hasEnded = to <= day || to <= from;
  if (status === 'CANCELLED' || status === 'LAPSED') return hasEnded ? status : day < from ? 'PENDING' : 'ACTIVE';
  if (day < from) return 'PENDING';
  return hasEnded ? 'EXPIRED' : status;
}
