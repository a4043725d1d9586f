/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. Amounts are decimal text, in the row's currency. */
import type { PriceBreakdown } from './pricing/rating.ts';
import type { ProductElement } from './ports/policyAdmin.ts';
import type { TransactionStatus } from './policy/policy.ts';
import type { QuoteDocument } from './quote/document.ts';
import type { QuoteStatus } from './quote/quote.ts';

export type Relationship = 'SELF' | 'SPOUSE' | 'PARTNER' | 'CHILD' | 'OTHER';

export interface QuoteRow {
  readonly id: string;
  readonly locator: string;
  readonly account_id: string;
  readonly account_locator: string;
  readonly holder_party_id: string;
  readonly holder_party_locator: string;
  readonly broker: string | null;
  readonly scheme: string | null;
  readonly product_version_id: string;
  readonly product_code: string;
  /** As stored; `statusOn` says what it is at a moment. */
  readonly status: QuoteStatus;
  readonly currency: string;
  readonly effective_from: string;
  readonly effective_to: string;
  readonly region: string | null;
  readonly document: QuoteDocument;
  readonly pricing: PriceBreakdown | null;
  readonly premium: string | null;
  readonly tax: string | null;
  readonly fees: string | null;
  readonly expires_at: Date;
  readonly accepted_at: Date | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface QuoteEventRow {
  readonly id: string;
  readonly quote_id: string;
  readonly command: string;
  readonly from_status: QuoteStatus | null;
  readonly to_status: QuoteStatus;
  readonly actor: string;
  readonly occurred_at: Date;
}

export interface FieldValueRow {
  readonly id: string;
  readonly field_def_id: string;
  readonly field_key: string;
  readonly value: unknown;
}

export interface UnderwritingFlagRow {
  readonly id: string;
  readonly quote_id: string | null;
  readonly policy_id: string | null;
  readonly flag_type: 'APPROVE' | 'INFO' | 'BLOCK' | 'DECLINE' | 'REJECT';
  readonly value: string;
  readonly raised_by: string;
  readonly rule_id: string | null;
  readonly created_at: Date;
  readonly cleared_at: Date | null;
  readonly cleared_by: string | null;
  readonly cleared_reason: string | null;
  readonly withdrawn_at: Date | null;
}

export interface PolicyRow {
  readonly id: string;
  readonly locator: string;
  readonly account_id: string;
  readonly account_locator: string;
  readonly billing_level: 'ACCOUNT' | 'POLICY';
  readonly quote_id: string;
  readonly product_version_id: string;
  readonly product_code: string;
  readonly lob: string;
  readonly market: string;
  readonly holder_party_id: string;
  readonly holder_party_locator: string;
  readonly broker: string | null;
  readonly scheme: string | null;
  /** What was last decided; `statusOn` says what follows from it on a day. */
  readonly status: 'ACTIVE' | 'IN_GRACE' | 'CANCELLED' | 'LAPSED';
  readonly currency: string;
  readonly inception_date: string;
  readonly covered_to: string;
  readonly jurisdiction: string;
  readonly region: string | null;
  readonly document: unknown;
  /** False: not to be renewed. */
  readonly is_renewed: boolean;
  readonly version: number;
  readonly issued_at: Date;
}

export interface PolicyTermRow {
  readonly id: string;
  readonly locator: string;
  readonly policy_id: string;
  readonly term_number: number;
  readonly effective_from: string;
  readonly effective_to: string;
  readonly ended_on: string | null;
  readonly status: 'PENDING' | 'ACTIVE' | 'EXPIRED' | 'CANCELLED' | 'LAPSED';
  readonly proration_basis: 'DAY' | 'MONTH';
}

export interface PolicyTransactionRow {
  readonly id: string;
  readonly locator: string;
  readonly policy_id: string;
  readonly term_id: string;
  readonly category: 'ISSUANCE' | 'ENDORSEMENT' | 'RENEWAL' | 'CANCELLATION' | 'REINSTATEMENT' | 'REVERSAL';
  readonly status: TransactionStatus;
  readonly effective_date: string;
  readonly currency: string;
  readonly premium: string;
  readonly tax: string;
  readonly fees: string;
  readonly document: unknown;
  readonly actor: string;
  readonly issued_at: Date | null;
}

export interface PolicyElementRow {
  readonly id: string;
  readonly static_id: string;
  readonly policy_id: string;
  readonly term_id: string;
  readonly element_type: string;
  readonly premium: string;
  readonly currency: string;
  readonly document: ProductElement;
}

export interface PolicyInsuredRow {
  readonly id: string;
  readonly policy_id: string;
  readonly element_id: string;
  readonly party_id: string;
  readonly party_locator: string;
  readonly relationship: Relationship;
  readonly effective_from: string;
  readonly effective_to: string;
  readonly premium: string;
  /** Of its element; read with it. */
  readonly currency: string;
}

export interface PolicyChargeRow {
  readonly id: string;
  readonly policy_id: string;
  readonly transaction_id: string;
  readonly term_id: string;
  readonly charge_key: string;
  readonly category: 'PREMIUM' | 'TAX' | 'FEE';
  readonly amount: string;
  readonly currency: string;
  readonly effective_from: string;
  readonly effective_to: string;
  readonly element_static_id: string | null;
  readonly tax_name: string | null;
  readonly tax_rate: string | null;
}

/** Owned by policy_admin; known here by locator only. */
export interface PartyRow {
  readonly locator: string;
}
export interface AccountRow {
  readonly locator: string;
}

export type PriceBreakdownRow = PriceBreakdown;
export interface QuoteElementRow {
  readonly type: string;
  readonly insured: readonly PartyRow[];
}
export interface QuoteInsuredRow {
  readonly party: string;
  readonly relationship: Relationship;
}
export interface PolicyForClaimRow {
  readonly policy: PolicyRow | null;
}
