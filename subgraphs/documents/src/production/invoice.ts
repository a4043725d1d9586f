/** The invoice as a document: its lines, its total and when to pay. Pure; refuses lines that do not sum to the total. */
import { equals, money, sum } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import { amountText, dateText, headOf, type Setting } from './setting.ts';

export interface InvoiceToPrint {
  readonly invoice: string;
  readonly accountNumber: string;
  readonly currency: string;
  readonly total: string;
  readonly dueDate: IsoDate;
  readonly lines: readonly { readonly description: string; readonly amount: string }[];
  readonly installments: readonly { readonly dueDate: IsoDate; readonly amount: string }[];
}

export function invoiceModel(setting: Setting, invoice: InvoiceToPrint) {
  const { market } = setting;
  const { currency } = invoice;
  const lines = sum(invoice.lines.map((line) => money(line.amount, currency)), currency);
  if (!equals(lines, money(invoice.total, currency))) throw new RangeError('the lines of an invoice sum to its total');
  const show = (amount: string) => amountText(market, currency, amount);
  return {
    ...headOf(setting, `Invoice ${invoice.invoice}`),
    invoice: {
      locator: invoice.invoice,
      accountNumber: invoice.accountNumber,
      total: show(invoice.total),
      dueDate: dateText(market, invoice.dueDate),
      lines: invoice.lines.map(({ description, amount }) => ({ description, amount: show(amount) })),
      installments: invoice.installments.map(({ dueDate, amount }) => ({ dueDate: dateText(market, dueDate), amount: show(amount) })),
    },
  };
}
