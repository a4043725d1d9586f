/**
 * Credit that stands on an account is used by itself: for what is asked for and not paid, oldest due first. After a cancellation also for installments of
 * the cancelled policy's invoices that are still to come, the last first, so that what is left to pay is due soonest.
 */
import { isPositive, type Money, subtract, sum } from '@olly/kit/money';
import type { PoolClient } from '@olly/kit/postgres';
import { journalOf } from '../ledger/journal.ts';
import { creditUseMoves } from '../ledger/rules.ts';
import { creditOf, postJournals } from '../ledger/store.ts';
import { lockAccount } from '../account/store.ts';
import type { AccountRow } from '../mappers.ts';
import type { Origin } from '../origin.ts';
import { saveAllocations } from '../payment/allocations.ts';
import { type Allocation, allocatePayment, type OpenInstallment, takeBack } from '../payment/payment.ts';
import { openInstallments, type OpenRow, openOf, scheduledOfPolicy } from './store.ts';

export const asOpen = (row: OpenRow): OpenInstallment => ({ id: row.id, invoiceId: row.invoice_id, dueDate: row.due_date, open: openOf(row) });

async function pay(tx: PoolClient, origin: Origin, account: AccountRow, allocations: readonly Allocation[]): Promise<Money> {
  const used = sum(allocations.map((allocation) => allocation.amount), account.currency);
  if (allocations.length === 0) return used;
  const source = `credit:${origin.ids.id()}`;
  const today = origin.clock.today();
  const moves = allocations.flatMap(({ installmentId, amount }) => creditUseMoves(amount, { type: 'INSTALLMENT', id: installmentId, accountId: account.id }));
  const posted = await postJournals(tx, origin, [journalOf({ kind: 'CREDIT_USE', source, effectiveDate: today, postingDate: today }, moves)]);
  await saveAllocations(tx, origin, { accountId: account.id, paymentId: null, journalId: posted.get(source) as string }, allocations);
  return used;
}

/** Uses the credit of an account that is locked. Answers what is left of it. */
export async function useCredit(tx: PoolClient, origin: Origin, account: AccountRow): Promise<Money> {
  const credit = await creditOf(tx, account.id, account.currency);
  if (!isPositive(credit)) return credit;
  const { allocations } = allocatePayment(credit, (await openInstallments(tx, account.id)).map(asOpen));
  return subtract(credit, await pay(tx, origin, account, allocations));
}

/** Uses credit, and what is left of it for the coming installments of a cancelled policy. */
export async function setOffCredit(tx: PoolClient, origin: Origin, accountId: string, cancelledPolicyId: string | null): Promise<void> {
  const account = await lockAccount(tx, accountId);
  const left = await useCredit(tx, origin, account);
  if (!cancelledPolicyId || !isPositive(left)) return;
  const coming = (await scheduledOfPolicy(tx, cancelledPolicyId)).map((row) => ({ installmentId: row.id, invoiceId: row.invoice_id, dueDate: row.due_date, amount: openOf(row) }));
  // "Take back, last due first" is the very order in which coming installments are given up.
  await pay(tx, origin, account, takeBack(left, coming).allocations);
}
