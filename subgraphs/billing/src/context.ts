/** What a request of billing has: its loaders, each one statement however many rows are asked for, and the payment gateway. */
import { readSettings, type Settings } from '@olly/kit/config';
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, type RowLoader, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { balanceLoaders, statementLoaders, sumLoader } from './ledger/loaders.ts';
import type {
  AccountRow, AdjustmentRow, ChargeRow, InstallmentRow, InvoiceLineRow, InvoiceRow, JournalRow, LedgerEntryRow, PaymentAllocationRow, PaymentRow, PolicyRow,
} from './mappers.ts';
import { type FinishRefund, refundFinisher } from './payment/refunds.ts';
import { type FinishPayment, paymentFinisher } from './payment/settle.ts';
import { noGateway, type PaymentGateway, testGateway } from './ports/payment-gateway.ts';
import { stripeGateway } from './ports/stripe.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly gateway: PaymentGateway;
  readonly finishPayment: FinishPayment;
  readonly finishRefund: FinishRefund;
}

/** The gateway that the environment names. The test gateway moves no money, so production has none unless it is given one. */
export function gatewayOf({ NODE_ENV, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_URL }: Pick<Settings, 'NODE_ENV' | 'STRIPE_SECRET_KEY' | 'STRIPE_WEBHOOK_SECRET' | 'STRIPE_URL'>): PaymentGateway {
  if (STRIPE_SECRET_KEY) return stripeGateway({ url: STRIPE_URL, secretKey: STRIPE_SECRET_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET });
  return NODE_ENV === 'production' ? noGateway : testGateway;
}

export function createServices({ pool }: SubgraphDeps, gateway: PaymentGateway = gatewayOf(readSettings())): Services {
  const prisma = new PrismaClient({ adapter: prismaAdapter(pool, 'billing') });
  return { prisma, gateway, finishPayment: paymentFinisher(gateway), finishRefund: refundFinisher(gateway) };
}

function createLoaders({ pool, ability, clock }: RequestBase) {
  const source = (table: string) => ({ pool, table: `billing.${table}`, subject: table, ability });
  /** No row rule of their own: they are reached through a row that was seen. */
  const open = (table: string) => ({ pool, table: `billing.${table}`, ability });
  return {
    accountById: rowLoader<AccountRow>(open('accounts'), 'id', 'uuid'),
    accountByLocator: rowLoader<AccountRow>(open('accounts'), 'locator', 'text'),
    policyById: rowLoader<PolicyRow>(open('policies'), 'id', 'uuid'),
    policyByLocator: rowLoader<PolicyRow>(open('policies'), 'locator', 'text'),
    chargeById: rowLoader<ChargeRow>(source('charges'), 'id', 'uuid'),
    chargeByLocator: rowLoader<ChargeRow>(source('charges'), 'locator', 'text'),
    chargesOfAccount: childPageLoader<ChargeRow>(source('charges'), 'account_id', 'uuid'),
    chargesOfPolicy: childPageLoader<ChargeRow>(source('charges'), 'policy_id', 'uuid'),
    chargesOfClaim: childPageLoader<ChargeRow>(source('charges'), 'claim_id', 'uuid'),
    holderOfCharge: rowLoader<{ charge_id: string; invoice_id: string }>(open('invoiced_charges'), 'charge_id', 'uuid'),
    invoiceById: rowLoader<InvoiceRow>(source('invoices'), 'id', 'uuid'),
    invoiceByLocator: rowLoader<InvoiceRow>(source('invoices'), 'locator', 'text'),
    invoicesOfAccount: childPageLoader<InvoiceRow>(source('invoices'), 'account_id', 'uuid'),
    linesOfInvoice: childrenLoader<InvoiceLineRow>(open('invoice_line_items'), 'invoice_id', 'uuid', 'line_number'),
    installmentsOfInvoice: childrenLoader<InstallmentRow>(open('installments'), 'invoice_id', 'uuid', 'number'),
    installmentById: rowLoader<InstallmentRow>(open('installments'), 'id', 'uuid'),
    adjustmentsOfInvoice: childrenLoader<AdjustmentRow>(open('adjustments'), 'invoice_id', 'uuid', 'id'),
    paidOfInstallment: sumLoader(pool, 'billing.payment_allocations', 'installment_id'),
    paidOfInvoice: sumLoader(pool, 'billing.payment_allocations', 'invoice_id'),
    paymentById: rowLoader<PaymentRow>(source('payments'), 'id', 'uuid'),
    paymentByLocator: rowLoader<PaymentRow>(source('payments'), 'locator', 'text'),
    paymentsOfAccount: childPageLoader<PaymentRow>(source('payments'), 'account_id', 'uuid'),
    paymentsOfInvoice: childPageLoader<PaymentRow>(source('payments'), 'invoice_id', 'uuid'),
    allocationsOfPayment: childrenLoader<PaymentAllocationRow>(open('payment_allocations'), 'payment_id', 'uuid', 'id'),
    refundedOfPayment: sumLoader(pool, 'billing.refunds', 'payment_id', `status = 'SETTLED'`),
    journalById: rowLoader<JournalRow>(open('journals'), 'id', 'uuid'),
    journalByLocator: rowLoader<JournalRow>(open('journals'), 'locator', 'text'),
    entriesOfJournal: childrenLoader<LedgerEntryRow>(open('ledger_entries'), 'journal_id', 'uuid', 'id'),
    entryById: rowLoader<LedgerEntryRow>(source('ledger_entries'), 'id', 'uuid'),
    balances: balanceLoaders(pool, clock),
    statements: statementLoaders(pool, clock),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });

/** The row that an entity reference names, by whichever of its keys. */
export function byKey<R>(reference: { readonly id?: string | null } | { readonly locator: string }, byId: RowLoader<R>, byLocator: RowLoader<R>): Promise<R | null> {
  return 'locator' in reference ? byLocator.load(reference.locator) : byId.load(reference.id as string);
}
