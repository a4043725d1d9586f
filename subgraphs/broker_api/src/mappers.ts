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
  readonly flat_commission: string | null;
}

export interface CommissionRow {
  readonly id: string;
  readonly locator: string;
  readonly broker_id: string;
  readonly broker_locator: string;
  readonly policy_id: string;
  readonly policy_locator: string;
  readonly transaction_locator: string;
  readonly kind: 'ACCRUAL' | 'CLAWBACK' | 'REINSTATEMENT' | 'RECALCULATION';
  readonly rate: string;
  readonly base_amount: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: 'PENDING' | 'PAID';
  readonly earned_from: string;
  readonly earned_months: number;
  readonly effective_date: string;
  readonly paid_at: Date | null;
  readonly is_flat: boolean;
  readonly statement_id: string | null;
}

export interface CommissionStatementRow {
  readonly id: string;
  readonly locator: string;
  readonly broker_locator: string;
  readonly until: string;
  readonly currency: string;
  readonly brought_forward: string;
  readonly earned: string;
  readonly taken_back: string;
  readonly total: string;
  readonly status: 'DUE' | 'CARRIED_FORWARD' | 'PAID';
  readonly carried_into: string | null;
  readonly created_at: Date;
  readonly paid_at: Date | null;
}

export interface CommissionPaymentRunRow {
  readonly id: string;
  readonly locator: string;
  readonly until: string;
  readonly created_at: Date;
}

export interface BookPolicyRow {
  readonly id: string;
  readonly policy_locator: string;
  readonly broker_locator: string;
  readonly holder_party_locator: string;
  readonly account_locator: string;
  readonly product_code: string;
  readonly status: string;
  readonly currency: string;
  readonly term_from: string;
  readonly term_to: string;
  readonly ended_on: string | null;
  readonly premium: string;
}

/** Another service's policy, by the key it is referred to. */
export interface PolicyRow {
  readonly locator: string;
}
