/** Payments: their states, and what a payment pays. Pure. */
import { stateMachine } from '@olly/kit/errors';
import { isPositive, isZero, type Money, min, subtract } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';

export type PaymentStatus = 'PENDING' | 'SETTLED' | 'FAILED' | 'CANCELLED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'CHARGED_BACK';
export type PaymentCommand = 'settle' | 'fail' | 'cancel' | 'refundPart' | 'refundAll' | 'chargeBack' | 'winChargeback';
export type PaymentMethod = 'CARD' | 'DIRECT_DEBIT' | 'BANK_TRANSFER' | 'CHEQUE' | 'CASH';

export const paymentMachine = stateMachine<PaymentStatus, PaymentCommand>('The payment', [
  ['PENDING', 'settle', 'SETTLED'],
  ['PENDING', 'fail', 'FAILED'],
  ['PENDING', 'cancel', 'CANCELLED'],
  ['SETTLED', 'refundPart', 'PARTIALLY_REFUNDED'],
  ['SETTLED', 'refundAll', 'REFUNDED'],
  ['PARTIALLY_REFUNDED', 'refundPart', 'PARTIALLY_REFUNDED'],
  ['PARTIALLY_REFUNDED', 'refundAll', 'REFUNDED'],
  ['SETTLED', 'chargeBack', 'CHARGED_BACK'],
  ['CHARGED_BACK', 'winChargeback', 'SETTLED'],
]);

/** An installment that has been asked for and is not paid in full. */
export interface OpenInstallment {
  readonly id: string;
  readonly invoiceId: string;
  readonly dueDate: IsoDate;
  /** What is left to pay, above zero. */
  readonly open: Money;
}

export interface Allocation {
  readonly installmentId: string;
  readonly invoiceId: string;
  readonly amount: Money;
  /** The installment is paid in full by it. */
  readonly isFull: boolean;
}

export interface Allocated {
  readonly allocations: readonly Allocation[];
  /** What is beyond the installments asked for so far: credit. */
  readonly rest: Money;
}

const byDue = (a: OpenInstallment, b: OpenInstallment): number => (a.dueDate === b.dueDate ? (a.id < b.id ? -1 : 1) : a.dueDate < b.dueDate ? -1 : 1);

/** What an amount pays: the named invoice first, then what has been due longest. */
export function allocatePayment(amount: Money, installments: readonly OpenInstallment[], namedInvoice?: string | null): Allocated {
  const isNamed = (installment: OpenInstallment) => Number(installment.invoiceId === namedInvoice);
  let rest = amount;
  const allocations: Allocation[] = [];
  for (const { id, invoiceId, open } of installments.toSorted((a, b) => isNamed(b) - isNamed(a) || byDue(a, b))) {
    const part = min(rest, open);
    if (!isPositive(part)) continue;
    rest = subtract(rest, part);
    allocations.push({ installmentId: id, invoiceId, amount: part, isFull: isZero(subtract(open, part)) });
  }
  return { allocations, rest };
}

/** What a payment has paid of one installment, net of what was taken back. */
export interface PaidPart {
  readonly installmentId: string;
  readonly invoiceId: string;
  readonly dueDate: IsoDate;
  readonly amount: Money;
}

/** Which of its allocations a payment gives up to come to `amount`, last due first; at most what it has paid. */
export function takeBack(amount: Money, paid: readonly PaidPart[]): Allocated {
  const reversed = paid.map(({ installmentId, amount: open, ...rest }) => ({ ...rest, id: installmentId, open }));
  let rest = amount;
  const allocations: Allocation[] = [];
  for (const { id, invoiceId, open } of reversed.toSorted((a, b) => byDue(b, a))) {
    const part = min(rest, open);
    if (!isPositive(part)) continue;
    rest = subtract(rest, part);
    allocations.push({ installmentId: id, invoiceId, amount: part, isFull: false });
  }
  return { allocations, rest };
}
