/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. NUMERIC and DATE are text. */
import { isId } from '@olly/kit/locator';
import { type Money, money } from '@olly/kit/money';
import type { IsoDate, ProrationBasis } from '@olly/kit/time';
import type { ChargeStatus } from './charge/charge.ts';
import type { InstallmentStatus, InvoiceStatus } from './invoice/invoice.ts';
import type { Direction, JournalKind, LedgerAccount, Reference } from './ledger/journal.ts';
import type { PaymentMethod, PaymentStatus } from './payment/payment.ts';

/** The amount of a row that has `amount` and `currency`. */
export const moneyOf = (row: { readonly amount: string; readonly currency: string }): Money => money(row.amount, row.currency);

/** A filter by an id from outside: what is no id matches nothing. */
export const idFilter = (id: string): string | { in: string[] } => (isId(id) ? id : { in: [] });

export interface AccountRow {
  readonly id: string;
  readonly locator: string;
  readonly billing_level: 'ACCOUNT' | 'POLICY';
  readonly currency: string;
}

export interface PolicyRow {
  readonly id: string;
  readonly locator: string;
  readonly account_id: string;
  readonly product_code: string;
  readonly lob: string | null;
  readonly proration_basis: ProrationBasis;
  readonly installments: number;
  readonly grace_days: number;
}

/** Of a claim billing knows the id alone. */
export interface ClaimRow {
  readonly id: string;
}

export interface ChargeRow {
  readonly id: string;
  readonly locator: string;
  readonly account_id: string;
  readonly policy_id: string;
  readonly term_id: string | null;
  readonly claim_id: string | null;
  readonly party_id: string | null;
  readonly category: 'PREMIUM' | 'TAX' | 'FEE' | 'CLAIM_PAYMENT' | 'REFUND';
  readonly component: 'PREMIUM' | 'TAX' | 'FEE' | 'CLAIM';
  readonly amount: string;
  readonly currency: string;
  readonly status: ChargeStatus;
  readonly charge_date: IsoDate;
  readonly period_from: IsoDate | null;
  readonly period_to: IsoDate | null;
  readonly proration_basis: ProrationBasis | null;
  readonly closed_on: IsoDate | null;
  readonly element_static_id: string | null;
  readonly lob: string | null;
  readonly payee_kind: 'PROVIDER' | 'MEMBER' | null;
  readonly payee_locator: string | null;
  readonly source_event_id: string;
  readonly source_key: string;
  readonly created_at: Date | string;
}

export interface InvoiceRow {
  readonly id: string;
  readonly locator: string;
  readonly account_id: string;
  readonly policy_id: string | null;
  readonly status: InvoiceStatus;
  readonly total_amount: string;
  readonly currency: string;
  readonly due_date: IsoDate;
  readonly finalised_at: Date | null;
  readonly paid_at: Date | null;
  readonly created_at: Date;
}

export interface InvoiceLineRow {
  readonly id: string;
  readonly invoice_id: string;
  readonly charge_id: string;
  readonly line_number: number;
  readonly description: string;
  readonly amount: string;
  readonly currency: string;
}

export interface InstallmentRow {
  readonly id: string;
  readonly locator: string;
  readonly invoice_id: string;
  readonly account_id: string;
  readonly number: number;
  readonly generate_on: IsoDate;
  readonly due_date: IsoDate;
  readonly amount: string;
  readonly currency: string;
  readonly status: InstallmentStatus;
}

export interface PaymentRow {
  readonly id: string;
  readonly locator: string;
  readonly invoice_id: string | null;
  readonly account_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly method: PaymentMethod;
  readonly reference: string | null;
  readonly source_token: string | null;
  readonly status: PaymentStatus;
  readonly failure_reason: string | null;
  readonly received_on: IsoDate;
  readonly settled_at: Date | null;
  readonly created_at: Date;
}

export interface PaymentAllocationRow {
  readonly id: string;
  readonly payment_id: string | null;
  readonly invoice_id: string;
  readonly installment_id: string;
  readonly amount: string;
  readonly currency: string;
}

export interface RefundRow {
  readonly id: string;
  readonly payment_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  readonly reference: string | null;
  readonly status: 'PENDING' | 'SETTLED' | 'FAILED';
}

export interface AdjustmentRow {
  readonly id: string;
  readonly locator: string;
  readonly invoice_id: string | null;
  readonly account_id: string;
  readonly reason: 'WRITE_OFF';
  readonly amount: string;
  readonly currency: string;
  readonly created_at: Date;
}

export interface JournalRow {
  readonly id: string;
  readonly locator: string;
  readonly kind: JournalKind;
  readonly source: string;
  readonly effective_date: IsoDate;
  readonly posting_date: IsoDate;
}

export interface LedgerEntryRow {
  readonly id: string;
  readonly locator: string;
  readonly journal_id: string;
  readonly account_id: string | null;
  readonly policy_id: string | null;
  readonly ledger_account: LedgerAccount;
  readonly entry_type: JournalKind;
  readonly reference_id: string;
  readonly reference_type: Reference['type'];
  readonly direction: Direction;
  readonly amount: string;
  readonly currency: string;
  readonly lob: string | null;
  readonly effective_date: IsoDate;
  readonly posting_date: IsoDate;
}
