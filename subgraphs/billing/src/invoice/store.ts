/** Invoices, their lines and installments in the database; nothing else writes them. */
import { amountOf, type Money, money } from '@olly/kit/money';
import type { PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import { chargesOfInvoice, moveCharges } from '../charge/store.ts';
import type { ChargeCommand } from '../charge/charge.ts';
import type { ChargeRow, InstallmentRow, InvoiceRow } from '../mappers.ts';
import { audit, insertRows, type Origin } from '../origin.ts';
import { type InstallmentCommand, installmentMachine, type InvoiceCommand, invoiceMachine, lineDescription, type PlannedInstallment } from './invoice.ts';

/** An installment with what is left to pay of it. */
export interface OpenRow extends InstallmentRow {
  readonly open: string;
}
export const openOf = (row: OpenRow): Money => money(row.open, row.currency);

const WITH_OPEN = `SELECT i.*, i.amount - coalesce((SELECT sum(a.amount) FROM billing.payment_allocations a WHERE a.installment_id = i.id), 0) AS open FROM billing.installments i`;

export async function lockInvoice(tx: PoolClient, id: string): Promise<InvoiceRow> {
  return (await tx.query<InvoiceRow>('SELECT * FROM billing.invoices WHERE id = $1 FOR UPDATE', [id])).rows[0] as InvoiceRow;
}

export interface NewDraft {
  readonly accountId: string;
  readonly policyId: string | null;
  readonly total: Money;
  readonly charges: readonly ChargeRow[];
}

/** Makes a draft that holds these charges. That a charge is invoiced once the primary key of `invoiced_charges` says, whatever the concurrency. */
export async function insertDraft(tx: PoolClient, origin: Origin, draft: NewDraft): Promise<string> {
  const { ids, clock } = origin;
  const id = ids.id();
  const created_at = clock.now();
  const { accountId, policyId, total, charges } = draft;
  const owner = { account_id: accountId, policy_id: policyId };
  const invoice = { id, locator: ids.locator('inv'), ...owner, status: 'DRAFT', total_amount: amountOf(total), currency: total.currency, due_date: clock.today(), created_at };
  await insertRows(tx, 'invoices', [invoice]);
  await insertRows(
    tx,
    'invoice_line_items',
    charges.map((charge, index) => ({
      id: ids.id(),
      invoice_id: id,
      charge_id: charge.id,
      line_number: index + 1,
      description: lineDescription(charge.component as 'PREMIUM', charge.period_from, charge.period_to),
      amount: charge.amount,
      currency: charge.currency,
    })),
  );
  await tx.query('INSERT INTO billing.invoiced_charges (charge_id, invoice_id) SELECT unnest($1::uuid[]), $2', [charges.map((charge) => charge.id), id]);
  await moveCharges(tx, origin, charges, 'invoice');
  await audit(tx, origin, [{ entity: 'INVOICE', id, command: 'draft', from: null, to: 'DRAFT' }]);
  return id;
}

/** Takes invoices one step on, their charges with them, and leaves audit rows. */
export async function moveInvoices(tx: PoolClient, origin: Origin, invoices: readonly Pick<InvoiceRow, 'id' | 'status'>[], command: InvoiceCommand, charges?: ChargeCommand): Promise<void> {
  if (invoices.length === 0) return;
  const changes = invoices.map(({ id, status }) => ({ entity: 'INVOICE' as const, id, command, from: status, to: invoiceMachine.next(status, command) }));
  await tx.query(
    `UPDATE billing.invoices i SET status = given.status, paid_at = CASE given.status WHEN 'PAID' THEN $3::timestamptz END
     FROM unnest($1::uuid[], $2::text[]) AS given(id, status) WHERE i.id = given.id`,
    [changes.map((change) => change.id), changes.map((change) => change.to), origin.clock.now()],
  );
  await audit(tx, origin, changes);
  if (charges) for (const { id } of invoices) await moveCharges(tx, origin, await chargesOfInvoice(tx, id), charges);
}

/** Finalises a draft: the last time that anything but its status changes. */
export async function finaliseDraft(tx: PoolClient, origin: Origin, invoice: InvoiceRow, dueDate: IsoDate): Promise<InvoiceRow> {
  const status = invoiceMachine.next(invoice.status, 'finalise');
  const { rows } = await tx.query<InvoiceRow>('UPDATE billing.invoices SET status = $2, due_date = $3, finalised_at = $4 WHERE id = $1 RETURNING *', [
    invoice.id,
    status,
    dueDate,
    origin.clock.now(),
  ]);
  await audit(tx, origin, [{ entity: 'INVOICE', id: invoice.id, command: 'finalise', from: invoice.status, to: status }]);
  return rows[0] as InvoiceRow;
}

export async function insertInstallments(tx: PoolClient, { ids, clock }: Origin, invoice: InvoiceRow, planned: readonly PlannedInstallment[]): Promise<void> {
  await insertRows(
    tx,
    'installments',
    planned.map(({ number, generateOn, dueDate, amount }) => ({
      id: ids.id(),
      locator: ids.locator('ins'),
      invoice_id: invoice.id,
      account_id: invoice.account_id,
      number,
      generate_on: generateOn,
      due_date: dueDate,
      amount: amountOf(amount),
      currency: amount.currency,
      status: 'SCHEDULED',
      created_at: clock.now(),
    })),
  );
}

/** Takes installments one step on and leaves audit rows. */
export async function moveInstallments(tx: PoolClient, origin: Origin, installments: readonly Pick<InstallmentRow, 'id' | 'status'>[], command: InstallmentCommand): Promise<void> {
  if (installments.length === 0) return;
  const changes = installments.map(({ id, status }) => ({ entity: 'INSTALLMENT' as const, id, command, from: status, to: installmentMachine.next(status, command) }));
  await tx.query('UPDATE billing.installments i SET status = given.status FROM unnest($1::uuid[], $2::text[]) AS given(id, status) WHERE i.id = given.id', [
    changes.map((change) => change.id),
    changes.map((change) => change.to),
  ]);
  await audit(tx, origin, changes);
}

export async function installmentsByIds(tx: PoolClient, ids: readonly string[]): Promise<OpenRow[]> {
  return (await tx.query<OpenRow>(`${WITH_OPEN} WHERE i.id = ANY($1::uuid[]) ORDER BY i.id`, [ids])).rows;
}

/** What an account is asked for and has not paid. */
export async function openInstallments(tx: PoolClient, accountId: string): Promise<OpenRow[]> {
  return (await tx.query<OpenRow>(`${WITH_OPEN} WHERE i.account_id = $1 AND i.status IN ('DUE', 'OVERDUE')`, [accountId])).rows;
}

/** Installments of an invoice that are not done with, in order. */
export async function unfinishedInstallments(tx: PoolClient, invoiceId: string): Promise<OpenRow[]> {
  return (await tx.query<OpenRow>(`${WITH_OPEN} WHERE i.invoice_id = $1 AND i.status IN ('SCHEDULED', 'DUE', 'OVERDUE') ORDER BY i.number`, [invoiceId])).rows;
}

/** Installments that are planned and not asked for yet, on invoices that hold charges of a policy. */
export async function scheduledOfPolicy(tx: PoolClient, policyId: string): Promise<OpenRow[]> {
  const { rows } = await tx.query<OpenRow>(
    `${WITH_OPEN} WHERE i.status = 'SCHEDULED' AND i.invoice_id IN (
       SELECT held.invoice_id FROM billing.charges c JOIN billing.invoiced_charges held ON held.charge_id = c.id WHERE c.policy_id = $1)`,
    [policyId],
  );
  return rows;
}

/** Installments of an account whose day to be asked for has come. */
export async function installmentsToGenerate(tx: PoolClient, accountId: string, today: IsoDate): Promise<OpenRow[]> {
  return (await tx.query<OpenRow>(`${WITH_OPEN} WHERE i.account_id = $1 AND i.status = 'SCHEDULED' AND i.generate_on <= $2 ORDER BY i.due_date, i.id`, [accountId, today])).rows;
}

export async function installmentsMissed(tx: PoolClient, accountId: string, today: IsoDate): Promise<InstallmentRow[]> {
  return (await tx.query<InstallmentRow>(`SELECT * FROM billing.installments WHERE account_id = $1 AND status = 'DUE' AND due_date < $2`, [accountId, today])).rows;
}

/** Accounts of which some installment has come to its day: to be asked for, or to be overdue. */
export async function accountsToAdvance(tx: PoolClient, today: IsoDate, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ account_id: string }>(
    `SELECT account_id FROM (
       (SELECT account_id FROM billing.installments WHERE status = 'SCHEDULED' AND generate_on <= $1 ORDER BY generate_on, id LIMIT $2)
       UNION (SELECT account_id FROM billing.installments WHERE status = 'DUE' AND due_date < $1 ORDER BY due_date, id LIMIT $2)) AS due LIMIT $2`,
    [today, limit],
  );
  return rows.map((row) => row.account_id);
}

/** Of these invoices, those that are finalised and have nothing left to pay. */
export async function invoicesDone(tx: PoolClient, invoiceIds: readonly string[]): Promise<InvoiceRow[]> {
  const { rows } = await tx.query<InvoiceRow>(
    `SELECT * FROM billing.invoices i WHERE id = ANY($1::uuid[]) AND status = 'FINALISED' AND NOT EXISTS (
       SELECT 1 FROM billing.installments s WHERE s.invoice_id = i.id AND s.status IN ('SCHEDULED', 'DUE', 'OVERDUE'))
     FOR UPDATE`,
    [invoiceIds],
  );
  return rows;
}

export async function invoicesByIds(tx: PoolClient, ids: readonly string[]): Promise<InvoiceRow[]> {
  return (await tx.query<InvoiceRow>('SELECT * FROM billing.invoices WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids])).rows;
}

/** Is anything paid on the invoice, net of what was taken back? */
export async function hasPayments(tx: PoolClient, invoiceId: string): Promise<boolean> {
  const { rows } = await tx.query<{ paid: boolean }>('SELECT coalesce(sum(amount), 0) <> 0 AS paid FROM billing.payment_allocations WHERE invoice_id = $1', [invoiceId]);
  return rows[0]?.paid ?? false;
}
