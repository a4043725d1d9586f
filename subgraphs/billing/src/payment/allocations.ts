/**
 * Saves what money pays: allocation rows, installments and invoices that are paid by it and their charges. And the way back, for refunds and chargebacks.
 * The caller holds the account's lock and has posted the journal.
 */
import { amountOf, isPositive, money, negate } from '@olly/kit/money';
import type { PoolClient } from '@olly/kit/postgres';
import { installmentsByIds, invoicesByIds, invoicesDone, moveInstallments, moveInvoices } from '../invoice/store.ts';
import { type InstallmentRow, moneyOf } from '../mappers.ts';
import { insertRows, type Origin } from '../origin.ts';
import type { Allocation, PaidPart } from './payment.ts';

export interface Allocating {
  readonly accountId: string;
  /** Null: credit that stood on the account. */
  readonly paymentId: string | null;
  readonly journalId: string;
}

type Parts = readonly Pick<Allocation, 'installmentId' | 'invoiceId' | 'amount'>[];

async function insertAllocations(tx: PoolClient, { ids, clock }: Origin, { accountId, paymentId, journalId }: Allocating, parts: Parts): Promise<void> {
  const created_at = clock.now();
  await insertRows(
    tx,
    'payment_allocations',
    parts.map(({ installmentId, invoiceId, amount }) => ({
      id: ids.id(),
      account_id: accountId,
      payment_id: paymentId,
      invoice_id: invoiceId,
      installment_id: installmentId,
      journal_id: journalId,
      amount: amountOf(amount),
      currency: amount.currency,
      created_at,
    })),
  );
}

/** Installments that have nothing open are paid (asked for first where that was still to come), and so are invoices that have none left. */
export async function settleInstallments(tx: PoolClient, origin: Origin, installmentIds: readonly string[]): Promise<void> {
  const rows = await installmentsByIds(tx, installmentIds);
  const paid = rows.filter((row) => !isPositive(money(row.open, row.currency)));
  const scheduled = paid.filter((row) => row.status === 'SCHEDULED');
  await moveInstallments(tx, origin, scheduled, 'generate');
  const asked = paid.map((row): Pick<InstallmentRow, 'id' | 'status'> => (row.status === 'SCHEDULED' ? { id: row.id, status: 'DUE' } : row));
  await moveInstallments(tx, origin, asked, 'pay');
  if (paid.length > 0) await moveInvoices(tx, origin, await invoicesDone(tx, [...new Set(paid.map((row) => row.invoice_id))]), 'pay', 'settle');
}

/** Money pays installments. */
export async function saveAllocations(tx: PoolClient, origin: Origin, by: Allocating, parts: Parts): Promise<void> {
  if (parts.length === 0) return;
  await insertAllocations(tx, origin, by, parts);
  await settleInstallments(tx, origin, parts.map((part) => part.installmentId));
}

/** What money has paid is open again: its installments are due, its invoices finalised, their charges invoiced. */
export async function saveTakenBack(tx: PoolClient, origin: Origin, by: Allocating, parts: Parts): Promise<void> {
  if (parts.length === 0) return;
  await insertAllocations(tx, origin, by, parts.map((part) => ({ ...part, amount: negate(part.amount) })));
  const rows = await installmentsByIds(tx, parts.map((part) => part.installmentId));
  await moveInstallments(tx, origin, rows.filter((row) => row.status === 'PAID'), 'reopen');
  const invoices = await invoicesByIds(tx, [...new Set(rows.map((row) => row.invoice_id))]);
  await moveInvoices(tx, origin, invoices.filter((invoice) => invoice.status === 'PAID'), 'reopen', 'reopen');
}

export interface PaidRow extends PaidPart {
  readonly paymentId: string | null;
}

/** What money has paid on an account's invoices that are asked for or paid, net of what was taken back, by payment and installment. */
export async function paidParts(tx: PoolClient, accountId: string): Promise<PaidRow[]> {
  const { rows } = await tx.query<{ payment_id: string | null; installment_id: string; invoice_id: string; due_date: string; amount: string; currency: string }>(
    `SELECT a.payment_id, a.installment_id, a.invoice_id, i.due_date, sum(a.amount) AS amount, a.currency
     FROM billing.payment_allocations a JOIN billing.installments i ON i.id = a.installment_id JOIN billing.invoices v ON v.id = a.invoice_id
     WHERE a.account_id = $1 AND v.status IN ('FINALISED', 'PAID') GROUP BY 1, 2, 3, 4, 6 HAVING sum(a.amount) > 0`,
    [accountId],
  );
  return rows.map((row) => ({ paymentId: row.payment_id, installmentId: row.installment_id, invoiceId: row.invoice_id, dueDate: row.due_date, amount: moneyOf(row) }));
}
