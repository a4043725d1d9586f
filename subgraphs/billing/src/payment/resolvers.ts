/** Doormen of payments. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { byKey, type Context } from '../context.ts';
import { moneyOf, type PaymentRow } from '../mappers.ts';
import { cancelPayment, recordPayment } from './commands.ts';
import { recordChargeback, refundPayment, winChargeback } from './refunds.ts';
import { receiveWebhook } from './webhooks.ts';

const REFUSAL = 'BillingRefusal';

export const paymentResolvers = {
  Query: {
    payment: (_parent, { locator }, { loaders }) => loaders.paymentByLocator.load(locator),
    payments: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const account = filter?.account ? await loaders.accountByLocator.load(filter.account) : null;
      const wanted = { ...(filter?.account && { account_id: { in: account ? [account.id] : [] } }), ...(filter?.status && { status: filter.status }) };
      const where = { AND: [(await ability()).where('payments'), wanted] };
      return listPage<PaymentRow>(prisma.payments, where, page, (ids) => loaders.paymentById.loadMany(ids));
    },
  },
  Mutation: {
    recordPayment: (_parent, { input }, ctx) => refusable(REFUSAL, () => recordPayment(ctx, input)),
    cancelPayment: (_parent, { input }, ctx) => refusable(REFUSAL, () => cancelPayment(ctx, input)),
    refundPayment: (_parent, { input }, ctx) => refusable(REFUSAL, () => refundPayment(ctx, input)),
    recordChargeback: (_parent, { input }, ctx) => refusable(REFUSAL, () => recordChargeback(ctx, input)),
    winChargeback: (_parent, { input }, ctx) => refusable(REFUSAL, () => winChargeback(ctx, input)),
    receiveWebhook: (_parent, { input }, ctx) => receiveWebhook(ctx, input),
  },
  Payment: {
    __resolveReference: (reference, { loaders }) => byKey(reference, loaders.paymentById, loaders.paymentByLocator),
    account: async (payment, _args, { loaders }) => (await loaders.accountById.load(payment.account_id)) as NonNullable<Awaited<ReturnType<typeof loaders.accountById.load>>>,
    invoice: (payment, _args, { loaders }) => (payment.invoice_id ? loaders.invoiceById.load(payment.invoice_id) : null),
    amount: moneyOf,
    refunded: async (payment, _args, { loaders }) => money(await loaders.refundedOfPayment.load(payment.id), payment.currency),
    allocations: (payment, _args, { loaders }) => loaders.allocationsOfPayment.load(payment.id),
  },
  PaymentAllocation: {
    amount: moneyOf,
    installment: async (row, _args, { loaders }) => (await loaders.installmentById.load(row.installment_id)) as NonNullable<Awaited<ReturnType<typeof loaders.installmentById.load>>>,
  },
  PaymentResult: resultOf('Payment'),
} satisfies Resolvers<Context>;
