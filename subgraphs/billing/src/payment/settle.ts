/**
 * Finishes payments: asks the provider (outside of any transaction) and writes down what it answered, once. Called by the command, by a call with the same key
 * that comes meanwhile, and by a job for what a dead process has left; the provider answers one key the same, and the payment's row lock lets one of them write.
 */
import { isPositive, subtract, sum } from '@olly/kit/money';
import { appendToOutbox } from '@olly/kit/outbox';
import { type Pool, type PoolClient, transaction } from '@olly/kit/postgres';
import { lockAccount } from '../account/store.ts';
import { asOpen } from '../invoice/credit.ts';
import { openInstallments } from '../invoice/store.ts';
import { journalOf, type Reference } from '../ledger/journal.ts';
import { paymentMoves } from '../ledger/rules.ts';
import { postJournals } from '../ledger/store.ts';
import { type AccountRow, moneyOf, type PaymentRow } from '../mappers.ts';
import type { Origin } from '../origin.ts';
import type { CancelAnswer, ChargeAnswer, ChargeOrder, PaymentGateway } from '../ports/payment-gateway.ts';
import { saveAllocations } from './allocations.ts';
import { paymentEvent } from './events.ts';
import { allocatePayment } from './payment.ts';
import { keepReference, lockPayment, movePayment } from './store.ts';

export const referenceOf = (payment: PaymentRow): Reference => ({ type: 'PAYMENT', id: payment.id, accountId: payment.account_id });
export const isAskedOfProvider = (method: PaymentRow['method']): boolean => method === 'CARD' || method === 'DIRECT_DEBIT';

export const orderOf = (payment: PaymentRow): ChargeOrder => ({ key: payment.locator, amount: moneyOf(payment), method: payment.method as ChargeOrder['method'], token: payment.source_token ?? '', ...(payment.reference && { reference: payment.reference }) });

/** The money is there: it pays what is open, the rest is credit. The account and the payment are locked. */
export async function creditPayment(tx: PoolClient, origin: Origin, account: AccountRow, payment: PaymentRow, source: string, effectiveDate = payment.received_on): Promise<void> {
  const { allocations, rest } = allocatePayment(moneyOf(payment), (await openInstallments(tx, account.id)).map(asOpen), payment.invoice_id);
  const allocated = sum(allocations.map((allocation) => allocation.amount), account.currency);
  if (isPositive(subtract(subtract(moneyOf(payment), allocated), rest))) throw new Error('a payment is allocated or credit');
  const head = { kind: 'PAYMENT', source, effectiveDate, postingDate: origin.clock.today() } as const;
  const posted = await postJournals(tx, origin, [journalOf(head, paymentMoves(moneyOf(payment), allocated, referenceOf(payment)))]);
  await saveAllocations(tx, origin, { accountId: account.id, paymentId: payment.id, journalId: posted.get(source) as string }, allocations);
}

/** Writes down what the provider has decided, unless somebody has already. */
export async function recordOutcome(pool: Pool, origin: Origin, found: PaymentRow, answer: ChargeAnswer | CancelAnswer): Promise<PaymentRow> {
  return transaction(pool, async (tx) => {
    const account = await lockAccount(tx, found.account_id);
    const payment = await lockPayment(tx, found.id);
    if (payment.status !== 'PENDING') return payment;
    switch (answer.outcome) {
      case 'PENDING':
        return answer.reference ? keepReference(tx, payment, answer.reference) : payment;
      case 'CANCELLED':
        return movePayment(tx, origin, payment, 'cancel');
      case 'FAILED': {
        const failed = await movePayment(tx, origin, payment, 'fail', { failureReason: answer.reason });
        await appendToOutbox(tx, origin, [paymentEvent('failed', failed, account)]);
        return failed;
      }
      case 'SETTLED': {
        const settled = await movePayment(tx, origin, payment, 'settle', { reference: answer.reference });
        await creditPayment(tx, origin, account, settled, `payment:${payment.id}`);
        await appendToOutbox(tx, origin, [paymentEvent('settled', settled, account)]);
        return settled;
      }
    }
  });
}

export type FinishPayment = (pool: Pool, origin: Origin, id: string) => Promise<PaymentRow>;

/** The finisher of a process. Callers that come while a payment is being asked for wait for the same answer instead of asking again. */
export function paymentFinisher(gateway: PaymentGateway): FinishPayment {
  const running = new Map<string, Promise<PaymentRow>>();
  // A provider that cannot be reached has decided nothing: the payment stays PENDING, and the job asks again.
  const ask = (payment: PaymentRow): Promise<ChargeAnswer> => gateway.charge(orderOf(payment)).catch(() => ({ outcome: 'PENDING' }));
  const finish: FinishPayment = async (pool, origin, id) => {
    const payment = (await pool.query<PaymentRow>('SELECT * FROM billing.payments WHERE id = $1', [id])).rows[0] as PaymentRow;
    if (payment.status !== 'PENDING') return payment;
    const answer: ChargeAnswer = isAskedOfProvider(payment.method) ? await ask(payment) : { outcome: 'SETTLED', reference: payment.reference ?? payment.locator };
    return recordOutcome(pool, origin, payment, answer);
  };
  return (pool, origin, id) => {
    let result = running.get(id);
    if (!result) {
      result = finish(pool, origin, id).finally(() => running.delete(id));
      running.set(id, result);
    }
    return result;
  };
}
