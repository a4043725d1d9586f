/**
 * What is done to invoices, by finance or by the nightly jobs. Each command locks the account first, then decides (invoice.ts) and saves invoice, lines,
 * installments, journal, audit and event in one transaction.
 */
import { notFound, Refused } from '@olly/kit/errors';
import { amountOf, isPositive, isZero, negate, sum } from '@olly/kit/money';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { addYears, earlier, type IsoDate, later } from '@olly/kit/time';
import { lockAccount } from '../account/store.ts';
import { type ChargeToInvoice, chargesOfInvoice, chargesToInvoice } from '../charge/store.ts';
import type { Context } from '../context.ts';
import { journalOf } from '../ledger/journal.ts';
import { writeOffMoves } from '../ledger/rules.ts';
import { postJournals } from '../ledger/store.ts';
import { type AccountRow, type ChargeRow, type InvoiceRow, moneyOf } from '../mappers.ts';
import { insertRows, type Origin, originOfCommand } from '../origin.ts';
import { settleInstallments } from '../payment/allocations.ts';
import { useCredit } from './credit.ts';
import { invoiceFinalised } from './events.ts';
import { type Cadence, checkPlan, GENERATE_LEAD_DAYS, type InstallmentPlan, invoiceGroups, invoiceMachine, planInstallments, policyPlan } from './invoice.ts';
import {
  finaliseDraft, hasPayments, insertDraft, insertInstallments, installmentsMissed, installmentsToGenerate, invoicesByIds, lockInvoice, moveInstallments, moveInvoices, openOf, unfinishedInstallments,
} from './store.ts';

/** Drafts for all charges of a locked account that are on no invoice. Answers their ids. */
async function draftInvoices(tx: PoolClient, origin: Origin, account: AccountRow): Promise<string[]> {
  const charges = (await chargesToInvoice(tx, account.id)).filter((charge) => charge.currency === account.currency);
  const facts = charges.map((charge: ChargeToInvoice) => ({ id: charge.id, policyId: charge.policy_id, amount: moneyOf(charge), installments: charge.installments, charge }));
  const made: string[] = [];
  for (const { policyId, total, charges: group } of invoiceGroups(facts, account.billing_level, account.currency)) {
    made.push(await insertDraft(tx, origin, { accountId: account.id, policyId, total, charges: group.map(({ charge }) => charge) }));
  }
  return made;
}

/** The plan that the policies of an invoice are paid by; charges without a period are asked for at once. */
async function ownPlan(tx: PoolClient, charges: readonly ChargeRow[], today: IsoDate): Promise<InstallmentPlan> {
  const { rows } = await tx.query<{ installments: number }>('SELECT max(installments) AS installments FROM billing.policies WHERE id = ANY($1::uuid[])', [charges.map((charge) => charge.policy_id)]);
  const from = charges.flatMap((charge) => charge.period_from ?? []).reduce<IsoDate | null>((a, b) => (a ? earlier(a, b) : b), null);
  const to = charges.flatMap((charge) => charge.period_to ?? []).reduce<IsoDate | null>((a, b) => (a ? later(a, b) : b), null);
  return policyPlan(from ? (rows[0]?.installments ?? 1) : 1, from ?? today, to ?? addYears(today, 1));
}

/** Finalises a draft of a locked account: installments, event, and credit that stands on the account is used. */
async function finalise(tx: PoolClient, origin: Origin, account: AccountRow, draft: InvoiceRow, plan?: InstallmentPlan): Promise<void> {
  invoiceMachine.next(draft.status, 'finalise');
  const today = origin.clock.today();
  const charges = await chargesOfInvoice(tx, draft.id);
  const planned = planInstallments(moneyOf({ amount: draft.total_amount, currency: draft.currency }), plan ?? (await ownPlan(tx, charges, today)), today);
  const invoice = await finaliseDraft(tx, origin, draft, planned[0]?.dueDate ?? today);
  await insertInstallments(tx, origin, invoice, planned);
  await appendToOutbox(tx, origin, [invoiceFinalised(invoice, account, planned)]);
  await generateInstallments(tx, origin, account);
}

/** Asks a locked account for the installments whose day has come; credit pays them as far as it goes. */
async function generateInstallments(tx: PoolClient, origin: Origin, account: AccountRow): Promise<void> {
  const due = await installmentsToGenerate(tx, account.id, origin.clock.today());
  const open = due.filter((row) => !isZero(openOf(row)));
  await moveInstallments(tx, origin, open, 'generate');
  // A weight of 0 makes an installment of nothing, and credit may have paid one ahead: they are done with when their day comes.
  await settleInstallments(tx, origin, due.filter((row) => isZero(openOf(row))).map((row) => row.id));
  if (open.length > 0) await useCredit(tx, origin, account);
}

/** The invoice run of one account: whatever is on no invoice is invoiced and asked for. */
export async function invoiceAccount(tx: PoolClient, origin: Origin, accountId: string): Promise<void> {
  const account = await lockAccount(tx, accountId);
  for (const draft of await invoicesByIds(tx, await draftInvoices(tx, origin, account))) await finalise(tx, origin, account, draft);
}

/** What the day brings to one account: installments are asked for, unpaid ones are overdue. */
export async function advanceAccount(tx: PoolClient, origin: Origin, accountId: string): Promise<void> {
  const account = await lockAccount(tx, accountId);
  await generateInstallments(tx, origin, account);
  await moveInstallments(tx, origin, await installmentsMissed(tx, accountId, origin.clock.today()), 'miss');
}

async function accountOf(ctx: Context, locator: string): Promise<AccountRow> {
  const account = await ctx.loaders.accountByLocator.load(locator);
  if (!account) throw notFound('The account');
  return account;
}

/** Finds an invoice that the caller may see and runs a step on it and its account, both locked. Answers the invoice as it is then. */
async function onInvoice(ctx: Context, locator: string, step: (tx: PoolClient, origin: Origin, account: AccountRow, invoice: InvoiceRow) => Promise<void>): Promise<InvoiceRow> {
  const found = await ctx.loaders.invoiceByLocator.load(locator);
  if (!found) throw notFound('The invoice');
  return transaction(ctx.pool, async (tx) => {
    const account = await lockAccount(tx, found.account_id);
    await step(tx, originOfCommand(ctx), account, await lockInvoice(tx, found.id));
    return lockInvoice(tx, found.id);
  });
}

/** Puts the account's charges on drafts. */
export async function generateInvoices(ctx: Context, { account: locator }: { readonly account: string }): Promise<{ invoices: InvoiceRow[] }> {
  const { id } = await accountOf(ctx, locator);
  return transaction(ctx.pool, async (tx) => {
    const drafts = await draftInvoices(tx, originOfCommand(ctx), await lockAccount(tx, id));
    return { invoices: await invoicesByIds(tx, drafts) };
  });
}

export interface PlanInput {
  readonly count: number;
  readonly cadence: Cadence;
  readonly weights?: readonly number[] | null;
  readonly anchor?: IsoDate | null;
  readonly generateLeadDays?: number | null;
  readonly dueLeadDays?: number | null;
}

/** Finalises a draft, by the policy's plan or by another. */
export async function finaliseInvoice(ctx: Context, { invoice: locator, plan }: { readonly invoice: string; readonly plan?: PlanInput | null }): Promise<InvoiceRow> {
  return onInvoice(ctx, locator, async (tx, origin, account, invoice) => {
    if (!plan) return finalise(tx, origin, account, invoice);
    const anchor = plan.anchor ?? (await ownPlan(tx, await chargesOfInvoice(tx, invoice.id), origin.clock.today())).anchor;
    const dueLeadDays = plan.dueLeadDays ?? 0;
    const generateLeadDays = plan.generateLeadDays ?? Math.max(GENERATE_LEAD_DAYS, dueLeadDays);
    const given = { count: plan.count, cadence: plan.cadence, weights: plan.weights ?? [], anchor, dueLeadDays, generateLeadDays };
    checkPlan(given);
    return finalise(tx, origin, account, invoice, given);
  });
}

/** Takes an invoice back on which nothing is paid; its charges wait for the next invoice. */
export async function voidInvoice(ctx: Context, { invoice: locator }: { readonly invoice: string }): Promise<InvoiceRow> {
  return onInvoice(ctx, locator, async (tx, origin, _account, invoice) => {
    invoiceMachine.next(invoice.status, 'void');
    if (await hasPayments(tx, invoice.id)) throw new Refused('INVOICE_HAS_PAYMENTS', 'Something is paid on this invoice; it cannot be taken back.', 'invoice');
    await moveInstallments(tx, origin, await unfinishedInstallments(tx, invoice.id), 'cancel');
    await moveInvoices(tx, origin, [invoice], 'void', 'release');
    await tx.query('DELETE FROM billing.invoiced_charges WHERE invoice_id = $1', [invoice.id]);
  });
}

/** Gives up what is open on an invoice: Dr bad debt, Cr receivable. */
export async function writeOffInvoice(ctx: Context, { invoice: locator }: { readonly invoice: string }): Promise<InvoiceRow> {
  return onInvoice(ctx, locator, async (tx, origin, account, invoice) => {
    invoiceMachine.next(invoice.status, 'writeOff');
    const rows = await unfinishedInstallments(tx, invoice.id);
    const open = sum(rows.map(openOf), account.currency);
    const today = origin.clock.today();
    const head = { kind: 'WRITE_OFF', source: `writeoff:${invoice.id}`, effectiveDate: today, postingDate: today } as const;
    await postJournals(tx, origin, [journalOf(head, writeOffMoves(open, { type: 'INVOICE', id: invoice.id, accountId: account.id, policyId: invoice.policy_id }))]);
    if (isPositive(open)) {
      const { ids, clock } = origin;
      const about = { invoice_id: invoice.id, account_id: account.id, reason: 'WRITE_OFF' };
      const row = { id: ids.id(), locator: ids.locator('adj'), ...about, amount: amountOf(negate(open)), currency: account.currency, created_at: clock.now() };
      await insertRows(tx, 'adjustments', [row]);
    }
    await moveInstallments(tx, origin, rows.filter((row) => row.status === 'SCHEDULED'), 'cancel');
    await moveInstallments(tx, origin, rows.filter((row) => row.status !== 'SCHEDULED'), 'writeOff');
    await moveInvoices(tx, origin, [invoice], 'writeOff');
  });
}
