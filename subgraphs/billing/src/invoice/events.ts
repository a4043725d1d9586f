/** What others learn of an invoice: documents makes it readable, notifications tells the payer. */
import { amountOf, money } from '@olly/kit/money';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { AccountRow, InvoiceRow } from '../mappers.ts';
import type { PlannedInstallment } from './invoice.ts';

export const invoiceFinalisedData = z.object({
  invoiceId: z.uuid(),
  invoice: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  policyId: z.uuid().nullable(),
  amount: z.string(),
  currency: z.string(),
  dueDate: z.iso.date(),
  installments: z.array(z.object({ number: z.number(), dueDate: z.iso.date(), amount: z.string() })),
});

export function invoiceFinalised(invoice: InvoiceRow, account: AccountRow, installments: readonly PlannedInstallment[]): NewEvent {
  const data = invoiceFinalisedData.parse({
    invoiceId: invoice.id,
    invoice: invoice.locator,
    accountId: account.id,
    account: account.locator,
    policyId: invoice.policy_id,
    amount: amountOf(money(invoice.total_amount, invoice.currency)),
    currency: invoice.currency,
    dueDate: invoice.due_date,
    installments: installments.map(({ number, dueDate, amount }) => ({ number, dueDate, amount: amountOf(amount) })),
  });
  return { topic: 'billing.invoice', key: invoice.locator, type: 'olly.billing.invoice.finalised.v1', data };
}
