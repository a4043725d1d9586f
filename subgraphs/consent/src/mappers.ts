/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
import type { ConsentType } from './consent/consent.ts';
import type { DeletionStatus } from './deletion/deletion.ts';

/** A party is owned by policy administration; here it is a name. */
export interface PartyRow {
  readonly locator: string;
}

export type ActingAs = 'MEMBER' | 'GUARDIAN' | 'OFFICER';

export interface ConsentRecordRow {
  readonly id: string;
  readonly party_locator: string;
  readonly consent_type: ConsentType;
  readonly granted: boolean;
  readonly changed_at: Date;
}

export interface ConsentChangeRow {
  readonly id: string;
  readonly party_locator: string;
  readonly consent_type: ConsentType;
  readonly granted: boolean;
  readonly was_granted: boolean | null;
  readonly is_change: boolean;
  readonly acted_as: ActingAs;
  readonly changed_by: string;
  readonly changed_at: Date;
}

export interface ConsentStateRow {
  readonly partyLocator: string;
  readonly consentType: ConsentType;
  readonly granted: boolean;
  readonly changedAt: Date | null;
}

export interface DeletionRequestRow {
  readonly id: string;
  readonly locator: string;
  readonly party_locator: string;
  readonly delete_type: 'ERASE' | 'ANONYMISE' | 'RESTRICT';
  readonly status: DeletionStatus;
  readonly requested_by_type: ActingAs;
  readonly requested_by: string;
  readonly reason: string | null;
  readonly refusal_reason: string | null;
  readonly requested_at: Date;
  readonly verified_at: Date | null;
  readonly due_on: string;
  readonly completed_at: Date | null;
  readonly attempt_count: number;
  readonly party_id: string | null;
  readonly keep_minor_until: string | null;
  readonly is_in_force: boolean;
  readonly extended_at: Date | null;
}

export interface DeletionProgressRow {
  readonly id: string;
  readonly request_id: string;
  readonly system: string;
  readonly asked_at: Date | null;
  readonly acknowledged_at: Date | null;
}

export interface DeletionItemRow {
  readonly id: string;
  readonly request_id: string;
  readonly system: string;
  readonly what: string;
  readonly data_class: string;
  readonly outcome: 'ERASED' | 'ANONYMISED' | 'KEPT' | 'RESTRICTED';
  readonly row_count: number;
  readonly kept_until: string | null;
  readonly reason: string | null;
}

export interface LegalHoldRow {
  readonly id: string;
  readonly party_locator: string;
  readonly reason: string;
  readonly placed_at: Date;
  readonly lifted_at: Date | null;
}

export interface RetentionRuleRow {
  readonly data_class: string;
  readonly years: number;
  readonly keeps_minors: boolean;
}

export interface DeletionStepRow {
  readonly id: string;
  readonly entity_id: string;
  readonly command: string;
  readonly from_status: DeletionStatus | null;
  readonly to_status: DeletionStatus;
  readonly actor: string;
  readonly created_at: Date;
}
