/** Doormen of invoices and installments. */
import { refusable } from '@olly/kit/errors';
import { atLeastZero, money, subtract, zero } from '@olly/kit/money';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { byKey, type Context } from '../context.ts';
import { type InvoiceRow, moneyOf } from '../mappers.ts';
import { finaliseInvoice, generateInvoices, voidInvoice, writeOffInvoice } from './commands.ts';

const REFUSAL = 'BillingRefusal';
const totalOf = (invoice: InvoiceRow) => money(invoice.total_amount, invoice.currency);
const IS_ASKED: ReadonlySet<InvoiceRow['status']> = new Set(['DRAFT', 'FINALISED']);

export const invoiceResolvers = {
  Query: {
    invoice: (_parent, { locator }, { loaders }) => loaders.invoiceByLocator.load(locator),
    invoices: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const account = filter?.account ? await loaders.accountByLocator.load(filter.account) : null;
      const wanted = { ...(filter?.account && { account_id: { in: account ? [account.id] : [] } }), ...(filter?.status && { status: filter.status }) };
      const where = { AND: [(await ability()).where('invoices'), wanted] };
      return listPage<InvoiceRow>(prisma.invoices, where, page, (ids) => loaders.invoiceById.loadMany(ids));
    },
  },
  Mutation: {
    generateInvoices: (_parent, { input }, ctx) => refusable(REFUSAL, () => generateInvoices(ctx, input)),
    finaliseInvoice: (_parent, { input }, ctx) => refusable(REFUSAL, () => finaliseInvoice(ctx, input)),
    voidInvoice: (_parent, { input }, ctx) => refusable(REFUSAL, () => voidInvoice(ctx, input)),
    writeOffInvoice: (_parent, { input }, ctx) => refusable(REFUSAL, () => writeOffInvoice(ctx, input)),
  },
  Invoice: {
    __resolveReference: (reference, { loaders }) => byKey(reference, loaders.invoiceById, loaders.invoiceByLocator),
    account: async (invoice, _args, { loaders }) => (await loaders.accountById.load(invoice.account_id)) as NonNullable<Awaited<ReturnType<typeof loaders.accountById.load>>>,
    policy: (invoice, _args, { loaders }) => (invoice.policy_id ? loaders.policyById.load(invoice.policy_id) : null),
    total: totalOf,
    open: async (invoice, _args, { loaders }) =>
      IS_ASKED.has(invoice.status) ? atLeastZero(subtract(totalOf(invoice), money(await loaders.paidOfInvoice.load(invoice.id), invoice.currency))) : zero(invoice.currency),
    lines: (invoice, _args, { loaders }) => loaders.linesOfInvoice.load(invoice.id),
    installments: (invoice, _args, { loaders }) => loaders.installmentsOfInvoice.load(invoice.id),
    payments: (invoice, args, { loaders }) => loaders.paymentsOfInvoice.load(invoice.id, args),
    adjustments: (invoice, _args, { loaders }) => loaders.adjustmentsOfInvoice.load(invoice.id),
  },
  InvoiceLine: { amount: moneyOf, charge: (line, _args, { loaders }) => loaders.chargeById.load(line.charge_id) },
  Installment: { amount: moneyOf, paid: async (row, _args, { loaders }) => money(await loaders.paidOfInstallment.load(row.id), row.currency) },
  Adjustment: { amount: moneyOf },
  GenerateInvoicesResult: resultOf('GeneratedInvoices'),
  InvoiceResult: resultOf('Invoice'),
} satisfies Resolvers<Context>;
