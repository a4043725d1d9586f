/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
export type NetworkStatus = 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'TERMINATED';
export type CredentialingStatus = 'SUBMITTED' | 'IN_REVIEW' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
export type Market = 'US' | 'UK';

export interface Address {
  readonly lines: readonly string[];
  readonly city: string;
  readonly region?: string | null;
  readonly postcode?: string | null;
  readonly country: string;
}

export interface ProviderRow {
  readonly id: string;
  readonly locator: string;
  readonly npi: string | null;
  readonly party_id: string;
  readonly party_locator: string;
  readonly market: Market;
  readonly name: string;
  readonly specialty: string;
  /** After the last change, which may lie in the future; today's standing is read from the history. */
  readonly network_status: NetworkStatus;
  readonly address: Address | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly activated_at: Date | null;
  readonly credentialing_due_on: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface NetworkStatusChangeRow {
  readonly id: string;
  readonly provider_id: string;
  readonly command: string;
  readonly status: NetworkStatus;
  readonly effective_from: string;
  readonly effective_to: string | null;
  readonly reason: string | null;
}

export interface NetworkMembershipRow {
  readonly id: string;
  readonly provider_id: string;
  readonly network: string;
  readonly effective_from: string;
  readonly effective_to: string | null;
}

export interface FeeRow {
  readonly id: string;
  readonly provider_id: string | null;
  readonly network: string | null;
  readonly procedure_code: string;
  readonly amount: string;
  readonly currency: string;
  readonly effective_from: string;
  readonly effective_to: string | null;
}

export interface CredentialingRequestRow {
  readonly id: string;
  readonly locator: string;
  readonly provider_id: string;
  readonly provider_locator: string;
  readonly status: CredentialingStatus;
  readonly submitted_at: Date;
  readonly reviewed_at: Date | null;
  readonly reviewer_notes: string | null;
}

/** What this service knows of a party: its id. */
export interface PartyRow {
  readonly id: string;
}
