/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
export interface SchemeRow {
  readonly id: string;
  readonly locator: string;
  readonly code: string;
  readonly name: string;
  readonly employer_party_id: string;
  readonly employer_party_locator: string;
  readonly account_locator: string;
  readonly product_code: string;
  readonly status: 'DRAFT' | 'ACTIVE' | 'CLOSED';
  readonly effective_from: string;
}

export interface SchemeMemberRow {
  readonly id: string;
  readonly scheme_id: string;
  readonly scheme_locator: string;
  readonly member_party_id: string;
  readonly member_party_locator: string;
  readonly policy_locator: string | null;
  readonly status: 'PENDING' | 'ACTIVE' | 'LEFT';
  readonly employee_number: string | null;
  readonly joined_on: string;
  readonly left_on: string | null;
  readonly cover_change: 'DUE' | 'DONE' | 'REFUSED' | null;
  readonly cover_refusal: string | null;
}

export interface MembershipPeriodRow {
  readonly id: string;
  readonly member_id: string;
  readonly joined_on: string;
  readonly left_on: string | null;
}

export interface BulkEnrollmentJobRow {
  readonly id: string;
  readonly locator: string;
  readonly scheme_id: string;
  readonly scheme_locator: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly is_dry_run: boolean;
  readonly total: number;
  readonly processed: number;
  readonly failed_count: number;
  readonly errors: unknown;
  readonly mode: 'GOOD_ROWS' | 'ALL_OR_NOTHING';
  readonly file_locator: string | null;
  readonly requested_by: string;
  readonly staged_at: Date | null;
  readonly finished_at: Date | null;
  readonly leased_until: Date | null;
}

/** Other services' things, by the key they are referred to. */
export interface PartyRow {
  readonly locator: string;
}
export interface AccountRow {
  readonly locator: string;
}
export interface PolicyRow {
  readonly locator: string;
}
