/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
export interface BrokerRow {
  readonly id: string;
  readonly locator: string;
  readonly broker_id: string;
  readonly party_locator: string;
  readonly delegated_authority_limit: string;
  readonly currency: string;
  readonly authority_withdrawn_on: string | null;
  readonly commission_rate: string;
  readonly commission_months: number;
}

export interface CommissionRow {
  readonly id: string;
  readonly locator: string;
  readonly broker_id: string;
  readonly broker_locator: string;
  readonly policy_id: string;
  readonly policy_locator: string;
  readonly transaction_locator: string;
  readonly kind: 'ACCRUAL' | 'CLAWBACK' | 'REINSTATEMENT';
  readonly rate: string;
  readonly base_amount: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: 'PENDING' | 'PAID';
  readonly earned_from: string;
  readonly earned_months: number;
  readonly effective_date: string;
  readonly paid_at: Date | null;
}

/** Another service's policy, by the key it is referred to. */
export interface PolicyRow {
  readonly locator: string;
}
