/**
 * What a decision is made from: plain data, gathered before and stored with the decision, so that it can be made again and explained years later. Amounts are
 * decimal text in the claim's currency, dates ISO text; nothing here is read from anywhere while the rules run.
 */
import type { IsoDate } from '@olly/kit/time';

/** Who bears an adjustment: the provider (CO), the member (PR), another payer or nobody (OA), a payer's own reduction (PI). */
export type GroupCode = 'CO' | 'PR' | 'OA' | 'PI';
export type Network = 'IN' | 'OUT';
export type Measure = 'AMOUNT' | 'UNITS' | 'VISITS';
export type Basis = 'ALLOWED' | 'PAID';
export type CopayPer = 'LINE' | 'VISIT' | 'DAY' | 'ADMISSION' | 'UNIT';

/** One step of a cost share. The plan's list of steps is the order in which they apply. */
export type CostShareStep =
  | { readonly step: 'COPAY'; readonly amount: string; readonly per: CopayPer }
  | { readonly step: 'DEDUCTIBLE' }
  /** The member's rate, for instance "0.20". */
  | { readonly step: 'COINSURANCE'; readonly rate: string };

export interface BenefitLimit {
  readonly measure: Measure;
  /** For amounts; PAID when the plan does not say. */
  readonly basis?: Basis | null;
  readonly value: string;
  readonly period: 'CLAIM' | 'CALENDAR_YEAR' | 'POLICY_PERIOD';
}

/** From so many visits, or so much used, on: other steps. */
export interface Tier {
  readonly by: 'VISITS' | 'AMOUNT';
  readonly from: string;
  readonly steps: readonly CostShareStep[];
}

/** What a plan gives for a service in one network. */
export interface Benefits {
  readonly steps: readonly CostShareStep[];
  readonly tiers?: readonly Tier[] | null;
  readonly limits?: readonly BenefitLimit[] | null;
  /** What is allowed for a unit where no fee is agreed, out of network. */
  readonly allowance?: string | null;
}

/** The service as the plan words it. */
export interface CoverageTerm {
  readonly key: string;
  readonly priorAuthorisation?: boolean | null;
  readonly isProtectedOutOfNetwork?: boolean | null;
  readonly copayFeedsDeductible?: boolean | null;
  readonly in?: Benefits | null;
  readonly out?: Benefits | null;
}

/** An accumulator as eligibility answered it: the limit that counts on the line's service date, and what other claims have used of it. */
export interface Accumulator {
  readonly key: string;
  readonly type: 'DEDUCTIBLE' | 'OUT_OF_POCKET' | Measure;
  readonly level: 'PERSON' | 'FAMILY';
  readonly network: Network;
  readonly coverageTermKey: string | null;
  readonly basis: Basis | null;
  readonly period: 'CALENDAR_YEAR' | 'POLICY_PERIOD';
  readonly limit: string;
  readonly used: string;
  readonly version: number;
}

/** The cover that a line meets on its service date. */
export interface LineCover {
  readonly isCovered: boolean;
  readonly reason: 'BEFORE_COVER' | 'AFTER_COVER' | 'SERVICE_NOT_COVERED' | null;
  /** The first day on which the waiting period is over. */
  readonly waitingUntil: IsoDate | null;
  readonly elementId: string | null;
  readonly termId: string | null;
  readonly insuredSince: IsoDate | null;
  readonly term: CoverageTerm | null;
  /** Whether what is borne outside the network also counts inside, or both ways. */
  readonly cross: 'NONE' | 'OUT_TO_IN' | 'BOTH';
  /** The plan excludes earlier conditions until so many clear years have passed. */
  readonly moratoriumYears: number | null;
  readonly accumulators: readonly Accumulator[];
}

/** The provider on the service date. */
export interface LineProvider {
  readonly locator: string;
  readonly isActive: boolean;
  readonly isInNetwork: boolean;
  readonly network: string | null;
  /** What is agreed for a unit of the procedure; null when nothing is. */
  readonly fee: string | null;
}

export interface LineAuthorisation {
  readonly locator: string;
  readonly isApproved: boolean;
  readonly isPending: boolean;
  readonly validFrom: IsoDate;
  readonly validTo: IsoDate;
  readonly unitsLeft: number;
}

/** What an adjuster has decided about a line by hand. */
export interface Ruling {
  /** The allowed amount of the whole line, where no schedule gives one. */
  readonly allowed?: string | null;
  readonly denial?: { readonly group: GroupCode; readonly reason: string } | null;
}

/** A line that an appeal left alone: its result stands. */
export interface LockedLine {
  readonly status: 'APPROVED' | 'DENIED';
  readonly network: Network | null;
  readonly allowed: string;
  readonly planPays: string;
  readonly memberOwes: string;
  readonly adjustments: readonly { readonly group: GroupCode; readonly reason: string; readonly amount: string }[];
  readonly movements: readonly Movement[];
}

export interface LineFacts {
  readonly number: number;
  readonly serviceDate: IsoDate;
  /** For a stay: its first day; it selects cover. */
  readonly admissionDate: IsoDate | null;
  readonly coverageTermKey: string;
  readonly procedureCode: string | null;
  readonly units: number;
  readonly claimed: string;
  readonly isEmergency: boolean;
  /** What another insurer has paid for the line before us. */
  readonly primaryPaid: string | null;
  /** The claim that already asks for the same. */
  readonly duplicateOf: string | null;
  readonly cover: LineCover;
  /** Null when the claim names nobody: then it is care outside the network. */
  readonly provider: LineProvider | null;
  readonly authorisation: LineAuthorisation | null;
  readonly ruling: Ruling | null;
  readonly locked: LockedLine | null;
}

/** A visit of the same patient in an earlier claim: what it has paid as copay is not asked for again. */
export interface EarlierVisit {
  readonly coverageTermKey: string;
  readonly provider: string | null;
  readonly serviceDate: IsoDate;
  readonly admissionDate: IsoDate | null;
  readonly copay: string;
}

/** What a rule of the product says to a claim: its lines, or those of one service, are denied; or a person looks. */
export interface ProductRule {
  readonly rule: string;
  /** Null: hold. */
  readonly deny: { readonly group: GroupCode; readonly reason: string } | null;
  readonly coverageTermKey: string | null;
}

export interface ClaimFacts {
  readonly currency: string;
  /** The day on which the claim came in; counts for the filing limit only. */
  readonly receivedOn: IsoDate;
  /** Days from a service to the last day on which it may be claimed. */
  readonly filingDays: number;
  /** Holds that an adjuster has looked at and released. */
  readonly released: readonly HoldReason[];
  readonly lines: readonly LineFacts[];
  readonly earlierVisits: readonly EarlierVisit[];
  /** Days of service whose claims wait for an unpaid premium. */
  readonly heldByGrace?: { readonly from: IsoDate; readonly until: IsoDate } | null;
  /** What the product's own rules say, in order. */
  readonly productRules?: readonly ProductRule[];
}

/** Why a claim waits for a person. */
export type HoldReason =
  | 'NO_FEE_SCHEDULE'
  | 'MEDICAL_HISTORY_UNKNOWN'
  | 'PRIOR_AUTHORISATION_PENDING'
  | 'LIMIT_UNKNOWN'
  | 'COVER_NOT_YET_KNOWN'
  | 'ACCUMULATORS_BUSY'
  | 'REQUESTED_BY_ADJUSTER'
  | 'DOCUMENTS_MISSING'
  | 'SUSPECTED_FRAUD'
  | 'APPEALED'
  | 'PREMIUM_IN_GRACE'
  | 'PRODUCT_RULE';

export interface Movement {
  readonly line: number;
  readonly accumulator: string;
  readonly measure: Accumulator['type'];
  /** Plain decimal, above zero. */
  readonly amount: string;
  readonly serviceDate: IsoDate;
}
