/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
import type { Facts, Level, Recommendation } from './engine/engine.ts';

export interface TriageSessionRow {
  readonly id: string;
  readonly locator: string;
  readonly party_id: string;
  readonly party_locator: string;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'ABANDONED' | 'STOPPED';
  readonly chief_complaint: string;
  readonly complaint_kind: string;
  readonly facts: Facts;
  readonly severity: Level | null;
  readonly recommendation: Recommendation | null;
  readonly created_at: Date;
}

export interface TriageTurnRow {
  readonly id: string;
  readonly locator: string;
  readonly session_id: string;
  readonly turn_number: number;
  readonly role: 'MEMBER' | 'ASSISTANT';
  readonly question_type: 'YES_NO' | 'SCALE' | 'CHOICE' | 'FREE_TEXT' | null;
  readonly question_key: string | null;
  readonly choices: readonly string[] | null;
  readonly content: string;
}

/** Another service's party, by the key it is referred to. */
export interface PartyRow {
  readonly locator: string;
}
