/** Rows as the database holds them, and what resolvers of computed types get as their parent. */
import type { AccumulatorLevel, AccumulatorPeriod, AccumulatorType, LimitBasis, Network } from './accumulator/accumulator.ts';
import type { CoverageTerm, ElementTerms } from './accumulator/product.ts';
import type { Quantity } from './accumulator/quantity.ts';
import type { ReservationStatus } from './reservation/reservation.ts';

export type CoverageStatus = 'ACTIVE' | 'CANCELLED' | 'SUPERSEDED';

export interface MemberCoverageRow {
  readonly id: string;
  readonly party_id: string;
  readonly party_locator: string;
  readonly policy_id: string;
  readonly policy_locator: string;
  readonly policy_element_id: string;
  readonly element_static_id: string;
  readonly term_id: string;
  readonly term_from: string;
  readonly term_to: string;
  readonly product_code: string;
  readonly element_type: string;
  readonly coverage_terms: readonly CoverageTerm[];
  readonly element_terms: ElementTerms;
  readonly currency: string;
  readonly scheme: string | null;
  readonly status: CoverageStatus;
  readonly effective_from: string;
  readonly effective_to: string;
  readonly event_id: string;
  readonly recorded_at: Date;
  readonly superseded_by: string | null;
  readonly superseded_at: Date | null;
}

export type CoverageTermRow = CoverageTerm;

/** `coverage_accumulators`: what is used. What the limit is follows from cover and day. */
export interface StoredAccumulator {
  readonly id: string;
  readonly key: string;
  readonly policy_id: string;
  readonly party_id: string | null;
  readonly term_id: string;
  readonly accumulator_type: AccumulatorType;
  readonly level: AccumulatorLevel;
  readonly network: Network;
  readonly element_type: string;
  readonly coverage_term_key: string | null;
  readonly basis: LimitBasis | null;
  readonly period: AccumulatorPeriod;
  readonly period_start: string;
  readonly period_end: string;
  readonly limit_amount: string;
  readonly consumed_amount: string;
  readonly reserved_amount: string;
  readonly currency: string | null;
  readonly version: number;
  readonly last_claim_locator: string | null;
}

/** An accumulator as it is shown: the limit of a day, and what is used. */
export interface AccumulatorRow {
  /** Null until a claim first uses it. */
  readonly id: string | null;
  readonly type: AccumulatorType;
  readonly level: AccumulatorLevel;
  readonly network: Network;
  readonly element_type: string;
  readonly coverage_term_key: string | null;
  readonly basis: LimitBasis | null;
  readonly period: AccumulatorPeriod;
  readonly period_start: string;
  readonly period_end: string;
  readonly currency: string | null;
  readonly limit_quantity: Quantity;
  readonly used_quantity: Quantity;
  readonly policy_id: string;
  readonly party_id: string | null;
  readonly last_claim_locator: string | null;
}

export interface AccumulatorMovementRow {
  readonly id: string;
  readonly claim_locator: string;
  readonly accumulator_id: string;
  readonly amount: string;
  readonly service_date: string;
}

export interface AppliedClaim {
  readonly claim_locator: string;
  readonly policy_id: string;
  readonly party_id: string;
  readonly status: ReservationStatus;
  readonly request_hash: string;
}

export interface AccumulatorReviewRow {
  readonly id: string;
  readonly claim_locator: string;
  readonly reversed_claim: string;
  readonly created_at: Date;
}

export type NotCoveredReason = 'NO_COVER' | 'BEFORE_COVER' | 'AFTER_COVER' | 'SERVICE_NOT_COVERED' | 'WAITING_PERIOD';

/** The answer to one question; who else is covered and what is left are read when asked for. */
export interface EligibilityRow {
  readonly party_id: string;
  readonly date: string;
  readonly coverage_term_key: string | null;
  readonly reason: NotCoveredReason | null;
  readonly waiting_until: string | null;
  readonly is_prior_authorisation_needed: boolean | null;
  readonly cover: readonly MemberCoverageRow[];
}

/** What this service knows of parties, policies and claims: how they are called. */
export interface PartyRow {
  readonly id: string;
}
export interface PolicyRow {
  readonly id: string;
}
export interface ClaimRow {
  readonly locator: string;
}
