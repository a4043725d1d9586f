/** What others learn of a payment. */
import { amountOf } from '@olly/kit/money';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import { type AccountRow, moneyOf, type PaymentRow } from '../mappers.ts';

export const paymentData = z.object({
  paymentId: z.uuid(),
  payment: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  invoiceId: z.uuid().nullable(),
  amount: z.string(),
  currency: z.string(),
  receivedOn: z.iso.date(),
});

/** `failed`: the provider has declined it; nothing was booked. */
export function paymentEvent(kind: 'settled' | 'failed', payment: PaymentRow, account: AccountRow): NewEvent {
  const data = paymentData.parse({
    paymentId: payment.id,
    payment: payment.locator,
    accountId: account.id,
    account: account.locator,
    invoiceId: payment.invoice_id,
    amount: amountOf(moneyOf(payment)),
    currency: payment.currency,
    receivedOn: payment.received_on,
  });
  return { topic: 'billing.payment', key: payment.locator, type: `olly.billing.payment.${kind}.v1`, data };
}
