/**
 * Taking payments and giving them up. A payment is PENDING in the database before the provider is asked, so that a crash in between is found and finished by
 * the same key; the call to the provider is outside of every transaction.
 */
import { hasRole } from '@olly/kit/auth';
import { notFound, Refused } from '@olly/kit/errors';
import { amountOf, isPositive, type Money, money } from '@olly/kit/money';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { AccountRow, InvoiceRow, PaymentRow } from '../mappers.ts';
import { audit, insertRows, originOfCommand } from '../origin.ts';
import { type PaymentMethod, paymentMachine } from './payment.ts';
import { isAskedOfProvider, orderOf, recordOutcome } from './settle.ts';

export interface RecordPaymentInput {
  readonly account: string;
  readonly invoice?: string | null;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly method: PaymentMethod;
  readonly token?: string | null;
  readonly reference?: string | null;
  readonly receivedOn?: IsoDate | null;
  readonly idempotencyKey: string;
}

const TEXT_MAX = 200;

/** Reads an amount above zero in a currency. Throws `Refused`. */
export function amountIn(input: { readonly amount: string; readonly currency: string }, currency: string): Money {
  if (input.currency !== currency) throw new Refused('CURRENCY_MISMATCH', `The account is kept in ${currency}.`, 'amount.currency');
  let amount: Money;
  try {
    amount = money(input.amount, currency);
  } catch {
    throw new Refused('BAD_USER_INPUT', `amount: a plain decimal with the places that ${currency} has.`, 'amount.amount');
  }
  if (!isPositive(amount)) throw new Refused('BAD_USER_INPUT', 'amount: above zero.', 'amount.amount');
  return amount;
}

const isFinance = (ctx: Context): boolean => hasRole(ctx.identity, 'finance', 'admin');

/** What can be said of an input without looking at anything that moves. Throws `Refused`. */
function checkMethod(ctx: Context, { method, token, reference, receivedOn }: RecordPaymentInput): void {
  if ([token, reference].some((text) => text != null && (text.length > TEXT_MAX || text.includes('\0')))) throw new Refused('BAD_USER_INPUT', `token, reference: at most ${TEXT_MAX} characters.`, 'reference');
  if (isAskedOfProvider(method)) {
    if (!token) throw new Refused('BAD_USER_INPUT', 'A card or direct debit needs the token of the payment provider.', 'token');
    if (receivedOn) throw new Refused('DATE_INVALID', 'The provider says when the money comes.', 'receivedOn');
    return;
  }
  if (!isFinance(ctx)) throw new Refused('METHOD_NOT_ALLOWED', 'Transfers, cheques and cash are recorded by finance once they are there.', 'method');
  if (receivedOn && receivedOn > ctx.clock.today()) throw new Refused('DATE_INVALID', 'The money cannot have come in the future.', 'receivedOn');
}

/** An account whose invoices the caller sees, by locator. */
async function visibleAccount(ctx: Context, locator: string): Promise<AccountRow> {
  const account = await ctx.loaders.accountByLocator.load(locator);
  if (!account || !(await ctx.ability()).sees('accounts', account)) throw notFound('The account');
  return account;
}

async function namedInvoice(ctx: Context, account: AccountRow, locator: string | null | undefined): Promise<InvoiceRow | null> {
  if (!locator) return null;
  const invoice = await ctx.loaders.invoiceByLocator.load(locator);
  if (!invoice || invoice.account_id !== account.id) throw notFound('The invoice');
  return invoice;
}

/** Takes a payment. The same key answers the same payment, also while the first call is still asking the provider. */
export async function recordPayment(ctx: Context, input: RecordPaymentInput): Promise<PaymentRow> {
  const { idempotencyKey, ...body } = input;
  const account = await visibleAccount(ctx, input.account);
  const invoice = await namedInvoice(ctx, account, input.invoice);
  const amount = amountIn(input.amount, account.currency);
  checkMethod(ctx, input);
  const origin = originOfCommand(ctx);
  const id = await transaction(ctx.pool, (tx) =>
    once(tx, { schema: ctx.schema, scope: `recordPayment:${ctx.identity.subject}`, key: idempotencyKey, body }, async () => {
      if (invoice && invoice.status !== 'FINALISED') throw new Refused('INVOICE_NOT_OPEN', `The invoice is ${invoice.status}; there is nothing to pay.`, 'invoice');
      const payment = {
        id: ctx.ids.id(),
        locator: ctx.ids.locator('pay'),
        invoice_id: invoice?.id ?? null,
        account_id: account.id,
        amount: amountOf(amount),
        currency: amount.currency,
        method: input.method,
        reference: isAskedOfProvider(input.method) ? null : input.reference,
        source_token: isAskedOfProvider(input.method) ? input.token : null,
        status: 'PENDING',
        received_on: input.receivedOn ?? ctx.clock.today(),
        created_at: ctx.clock.now(),
      };
      await insertRows(tx, 'payments', [payment]);
      await audit(tx, origin, [{ entity: 'PAYMENT', id: payment.id, command: 'record', from: null, to: 'PENDING' }]);
      return payment.id;
    }),
  );
  return ctx.finishPayment(ctx.pool, origin, id);
}

/** A payment that the caller sees, by locator. */
export async function visiblePayment(ctx: Context, locator: string): Promise<PaymentRow> {
  const payment = await ctx.loaders.paymentByLocator.load(locator);
  if (!payment) throw notFound('The payment');
  return payment;
}

/** Gives a payment up that the provider has not settled; when it has, the payment is settled. */
export async function cancelPayment(ctx: Context, { payment: locator }: { readonly payment: string }): Promise<PaymentRow> {
  const payment = await visiblePayment(ctx, locator);
  paymentMachine.next(payment.status, 'cancel');
  const answer = isAskedOfProvider(payment.method) ? await ctx.gateway.cancel(orderOf(payment)) : ({ outcome: 'CANCELLED' } as const);
  return recordOutcome(ctx.pool, originOfCommand(ctx), payment, answer);
}
