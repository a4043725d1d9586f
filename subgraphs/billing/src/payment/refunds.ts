/**
 * Giving money back, by us (refund) or by the payer's bank (chargeback). A refund is PENDING before the provider is asked, as a payment is, so that refunds of
 * one payment never sum to more than it. What a payment had paid is open again as far as its money does not come out of credit.
 */
import { notFound, Refused } from '@olly/kit/errors';
import { amountOf, atLeastZero, compare, isPositive, type Money, min, money, subtract, sum } from '@olly/kit/money';
import { type Pool, type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { lockAccount } from '../account/store.ts';
import type { Context } from '../context.ts';
import { type JournalKind, journalOf } from '../ledger/journal.ts';
import { refundMoves } from '../ledger/rules.ts';
import { creditOf, postJournals } from '../ledger/store.ts';
import { type AccountRow, moneyOf, type PaymentRow, type RefundRow } from '../mappers.ts';
import { insertRows, type Origin, originOfCommand } from '../origin.ts';
import type { PaymentGateway } from '../ports/payment-gateway.ts';
import { type PaidRow, paidParts, saveTakenBack } from './allocations.ts';
import { amountIn, visiblePayment } from './commands.ts';
import { paymentMachine, takeBack } from './payment.ts';
import { creditPayment, isAskedOfProvider, referenceOf } from './settle.ts';
import { lockPayment, lockRefund, movePayment, refundedOf } from './store.ts';

/** Takes money of a payment back out of the books: the two sources in the order given. What the payment itself paid goes before what others paid. */
async function undo(tx: PoolClient, origin: Origin, account: AccountRow, payment: PaymentRow, amount: Money, kind: JournalKind & ('REFUND' | 'CHARGEBACK'), source: string): Promise<void> {
  const credit = atLeastZero(await creditOf(tx, account.id, account.currency));
  const paid = await paidParts(tx, account.id);
  const own = paid.filter((part) => part.paymentId === payment.id);
  const takenOwn = kind === 'CHARGEBACK' ? takeBack(amount, own) : null;
  const fromCredit = min(takenOwn ? takenOwn.rest : amount, credit);
  let rest = subtract(takenOwn ? takenOwn.rest : amount, fromCredit);
  const taken: { paymentId: string | null; parts: ReturnType<typeof takeBack>['allocations'] }[] = takenOwn ? [{ paymentId: payment.id, parts: takenOwn.allocations }] : [];
  const take = (paymentId: string | null, parts: readonly PaidRow[]) => {
    const back = takeBack(rest, parts);
    rest = back.rest;
    taken.push({ paymentId, parts: back.allocations });
  };
  if (!takenOwn) take(payment.id, own);
  // The payment's money had become credit, and credit or other payments have paid since: their installments are open again, last due first.
  for (const other of new Set([null, ...paid.map((part) => part.paymentId)])) if (other !== payment.id) take(other, paid.filter((part) => part.paymentId === other));
  const reopened = sum(taken.flatMap(({ parts }) => parts.map((part) => part.amount)), account.currency);
  const today = origin.clock.today();
  const head = { kind, source, effectiveDate: today, postingDate: today };
  // What nothing open answers for (its invoice was written off meanwhile) stands against the account's credit.
  const posted = await postJournals(tx, origin, [journalOf(head, refundMoves(subtract(amount, reopened), reopened, referenceOf(payment)))]);
  for (const { paymentId, parts } of taken) await saveTakenBack(tx, origin, { accountId: account.id, paymentId, journalId: posted.get(source) as string }, parts);
}

export interface RefundInput {
  readonly payment: string;
  readonly amount?: { readonly amount: string; readonly currency: string } | null;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Reserves the refund: checks it against what is left of the payment. Answers its id. */
async function reserve(tx: PoolClient, ctx: Context, found: PaymentRow, input: RefundInput): Promise<string> {
  await lockAccount(tx, found.account_id);
  const payment = await lockPayment(tx, found.id);
  paymentMachine.next(payment.status, 'refundPart');
  const left = subtract(moneyOf(payment), money(await refundedOf(tx, payment.id, ['PENDING', 'SETTLED']), payment.currency));
  const amount = input.amount ? amountIn(input.amount, payment.currency) : left;
  if (!isPositive(left) || compare(amount, left) > 0) throw new Refused('REFUND_EXCEEDS_PAYMENT', `Of this payment ${amountOf(left)} ${left.currency} can be given back.`, 'amount');
  const row = { id: ctx.ids.id(), payment_id: payment.id, amount: amountOf(amount), currency: amount.currency, reason: input.reason, status: 'PENDING', created_at: ctx.clock.now() };
  await insertRows(tx, 'refunds', [row]);
  return row.id;
}

export type FinishRefund = (pool: Pool, origin: Origin, id: string) => Promise<RefundRow>;

/** Asks the provider for a refund and writes down the answer, once. Cash and transfers are given back by finance itself. */
export function refundFinisher(gateway: PaymentGateway): FinishRefund {
  return async (pool, origin, id) => {
    const refund = (await pool.query<RefundRow>('SELECT * FROM billing.refunds WHERE id = $1', [id])).rows[0];
    if (!refund) throw notFound('The refund');
    if (refund.status !== 'PENDING') return refund;
    const found = (await pool.query<PaymentRow>('SELECT * FROM billing.payments WHERE id = $1', [refund.payment_id])).rows[0] as PaymentRow;
    const order = { key: refund.id, reference: found.reference ?? found.locator, amount: moneyOf(refund) };
    const answer = isAskedOfProvider(found.method) ? await gateway.refund(order) : ({ outcome: 'SETTLED', reference: refund.id } as const);
    return transaction(pool, async (tx) => {
      const account = await lockAccount(tx, found.account_id);
      const payment = await lockPayment(tx, found.id);
      const current = await lockRefund(tx, id);
      if (current.status !== 'PENDING') return current;
      if (answer.outcome === 'SETTLED') {
        const given = money(await refundedOf(tx, payment.id, ['SETTLED']), payment.currency);
        const isAll = compare(subtract(moneyOf(payment), given), moneyOf(current)) <= 0;
        await movePayment(tx, origin, payment, isAll ? 'refundAll' : 'refundPart');
        await undo(tx, origin, account, payment, moneyOf(current), 'REFUND', `refund:${id}`);
      }
      const reference = answer.outcome === 'SETTLED' ? answer.reference : null;
      const { rows } = await tx.query<RefundRow>('UPDATE billing.refunds SET status = $2, reference = $3 WHERE id = $1 RETURNING *', [id, answer.outcome, reference]);
      return rows[0] as RefundRow;
    });
  };
}

/** Gives money of a payment back. The same key gives it back once. */
export async function refundPayment(ctx: Context, input: RefundInput): Promise<PaymentRow> {
  const { idempotencyKey, ...body } = input;
  const payment = await visiblePayment(ctx, input.payment);
  const call = { schema: ctx.schema, scope: `refundPayment:${ctx.identity.subject}`, key: idempotencyKey, body };
  const id = await transaction(ctx.pool, (tx) => once(tx, call, () => reserve(tx, ctx, payment, input)));
  const refund = await ctx.finishRefund(ctx.pool, originOfCommand(ctx), id);
  if (refund.status === 'FAILED') throw new Refused('REFUND_FAILED', 'The payment provider did not give the money back.');
  return transaction(ctx.pool, (tx) => lockPayment(tx, payment.id));
}

async function onPayment(ctx: Context, locator: string, step: (tx: PoolClient, origin: Origin, account: AccountRow, payment: PaymentRow) => Promise<PaymentRow>): Promise<PaymentRow> {
  const found = await visiblePayment(ctx, locator);
  return transaction(ctx.pool, async (tx) => step(tx, originOfCommand(ctx), await lockAccount(tx, found.account_id), await lockPayment(tx, found.id)));
}

/** The payer's bank has taken a payment back: Dr receivable (and credit that came of it), Cr cash. */
export async function recordChargeback(ctx: Context, { payment: locator }: { readonly payment: string }): Promise<PaymentRow> {
  return onPayment(ctx, locator, async (tx, origin, account, payment) => {
    const moved = await movePayment(tx, origin, payment, 'chargeBack');
    if (isPositive(money(await refundedOf(tx, payment.id, ['PENDING']), payment.currency))) throw new Refused('PAYMENT_REFUNDED', 'Money of this payment is just being given back.', 'payment');
    await undo(tx, origin, account, payment, moneyOf(payment), 'CHARGEBACK', `chargeback:${origin.ids.id()}`);
    return moved;
  });
}

/** The money of a chargeback is back: it pays again what is open, from today on. */
export async function winChargeback(ctx: Context, { payment: locator }: { readonly payment: string }): Promise<PaymentRow> {
  return onPayment(ctx, locator, async (tx, origin, account, payment) => {
    const moved = await movePayment(tx, origin, payment, 'winChargeback');
    await creditPayment(tx, origin, account, moved, `payment:${payment.id}:won:${origin.ids.id()}`, origin.clock.today());
    return moved;
  });
}
