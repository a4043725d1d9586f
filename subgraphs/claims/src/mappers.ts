/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. Amounts are decimal text in the claim's currency. */
import type { ClaimStatus } from './claim/claim.ts';
import type { GroupCode, HoldReason, Network, Ruling } from './adjudication/facts.ts';
import type { PriorAuthorisationStatus } from './priorAuthorisation/priorAuthorisation.ts';

/** What adjusters and appeals have said about a claim; it survives a crash and counts for every further decision. */
export interface ClaimHandling {
  readonly released?: readonly HoldReason[];
  readonly rulings?: Readonly<Record<string, Ruling>>;
  /** Lines that an appeal has reopened; all others keep their last result. */
  readonly reopened?: readonly number[];
  /** What had been paid before the last payment, should that one come back. */
  readonly paidBefore?: string;
}

export interface ClaimRow {
  readonly id: string;
  readonly locator: string;
  readonly policy_id: string;
  readonly policy_locator: string | null;
  readonly term_id: string | null;
  readonly account_id: string | null;
  readonly account_locator: string | null;
  readonly claimant_party_id: string;
  readonly claimant_locator: string | null;
  readonly provider_id: string | null;
  readonly provider_locator: string | null;
  readonly status: ClaimStatus;
  readonly hold_reason: HoldReason | null;
  readonly incident_date: string;
  readonly received_on: string;
  readonly currency: string;
  readonly claimed: string;
  readonly allowed: string | null;
  readonly plan_pays: string | null;
  readonly member_owes: string | null;
  readonly paid: string;
  readonly is_assigned: boolean;
  readonly payee_kind: 'PROVIDER' | 'MEMBER' | null;
  readonly payee_locator: string | null;
  readonly replaces: string | null;
  readonly decision_id: string | null;
  readonly decisions: number;
  readonly appeal_level: number;
  readonly appeal_until: string | null;
  readonly payment_reference: string | null;
  readonly paid_at: Date | null;
  readonly decided_at: Date | null;
  readonly document: ClaimHandling;
  readonly market: string | null;
  readonly settling: 'CONFIRM' | 'RELEASE' | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A line as it is stored. */
export interface StoredLine {
  readonly id: string;
  readonly claim_id: string;
  readonly line_number: number;
  readonly element_id: string | null;
  readonly coverage_term_key: string;
  readonly procedure_code: string | null;
  readonly service_date: string;
  readonly admission_date: string | null;
  readonly units: number;
  readonly is_emergency: boolean;
  readonly prior_auth: string | null;
  readonly primary_paid: string | null;
  readonly amount_claimed: string;
  readonly amount_allowed: string | null;
  readonly amount_paid: string | null;
  readonly member_owes: string | null;
  readonly line_status: 'APPROVED' | 'DENIED' | null;
  readonly network: Network | null;
  readonly reason_code: string | null;
}

/** A line as it is answered: with what its claim knows. */
export interface ClaimLineRow extends StoredLine {
  readonly currency: string;
  readonly decision_id: string | null;
}

export interface StoredAdjustment {
  readonly id: string;
  readonly decision_id: string;
  readonly claim_id: string;
  readonly line_number: number;
  readonly sequence: number;
  readonly group_code: GroupCode;
  readonly reason_code: string;
  readonly amount: string;
}

export interface LineAdjustmentRow extends StoredAdjustment {
  readonly currency: string;
}

export interface ClaimEventRow {
  readonly id: string;
  readonly claim_id: string;
  readonly event_type: string;
  readonly from_status: ClaimStatus | null;
  readonly to_status: ClaimStatus;
  readonly reason: string | null;
  readonly actor: string;
  /** Encrypted under the patient's key. */
  readonly note: string | null;
  readonly created_at: Date;
  /** Filled in when it is answered. */
  readonly claimant_party_id?: string;
}

export interface ClaimDocumentRow {
  readonly id: string;
  readonly claim_id: string;
  readonly filename: string;
  readonly content_type: string;
  readonly size_bytes: number;
  readonly url: string;
  readonly created_at: Date;
}

export interface PriorAuthorisationRow {
  readonly id: string;
  readonly locator: string;
  readonly provider_id: string | null;
  readonly provider_locator: string;
  readonly policy_id: string;
  readonly policy_locator: string | null;
  readonly member_party_id: string;
  readonly member_locator: string | null;
  readonly status: PriorAuthorisationStatus;
  readonly procedure_code: string;
  readonly coverage_term_key: string;
  readonly urgency: 'STANDARD' | 'EXPEDITED';
  readonly units_requested: number;
  readonly units_approved: number | null;
  readonly units_used: number;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly received_at: Date;
  readonly due_at: Date;
  readonly extended_at: Date | null;
  readonly escalated_at: Date | null;
  readonly decided_at: Date | null;
  readonly denial_reason: string | null;
  readonly market: string | null;
  readonly version: number;
}

/** A decided claim whose cover was changed afterwards. */
export interface ClaimReviewRow {
  readonly id: string;
  readonly claim_id: string;
  readonly reason: 'COVER_GAINED' | 'COVER_LOST' | 'TERMS_CHANGED';
  readonly line_numbers: readonly number[];
  readonly effective_on: string;
  readonly noted_at: Date;
  readonly settled_at: Date | null;
}

/** A batch with what has come of its claims so far. */
export interface ClaimBatchRow {
  readonly locator: string;
  readonly hold_reason: HoldReason;
  readonly status: 'RUNNING' | 'DONE';
  readonly total: number;
  readonly done: number;
  readonly decided: number;
  readonly held: number;
  readonly failed: number;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

/** The claims that wait for one reason. */
export interface ClaimQueueRow {
  readonly reason: HoldReason;
  readonly count: number;
  readonly oldest_received_on: string;
}

/** A year's requests of one urgency, counted. */
export interface PriorAuthorisationReportRow {
  readonly urgency: 'STANDARD' | 'EXPEDITED';
  readonly received: number;
  readonly decided: number;
  readonly share_approved: string;
  readonly share_denied: string;
  readonly share_approved_after_appeal: string;
  readonly share_extended: string;
  readonly mean_hours: string | null;
  readonly median_hours: string | null;
}
