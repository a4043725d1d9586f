/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
import type { NotificationEvent } from './notification/events.ts';

/** A party is owned by policy administration; here it is a name. */
export interface PartyRow {
  readonly locator: string;
}

export type Channel = 'EMAIL' | 'SMS' | 'PUSH' | 'IN_APP';
export type NotificationStatus = 'PENDING' | 'SENT' | 'FAILED' | 'SUPPRESSED';

export interface NotificationRow {
  readonly id: string;
  readonly locator: string;
  readonly event_id: string;
  readonly party_id: string;
  readonly party_locator: string;
  readonly event_type: NotificationEvent;
  readonly subject_locator: string;
  readonly channel: Channel;
  readonly status: NotificationStatus;
  readonly is_critical: boolean;
  readonly subject: string;
  readonly body: string;
  readonly failure_reason: string | null;
  readonly attempt_count: number;
  readonly sent_at: Date | null;
  readonly read_at: Date | null;
  readonly created_at: Date;
}

export interface NotificationAttemptRow {
  readonly id: string;
  readonly notification_id: string;
  readonly attempt: number;
  readonly outcome: 'SENT' | 'RETRY' | 'FAILED';
  readonly reason: string | null;
  readonly attempted_at: Date;
}

export interface NotificationPreferencesRow {
  readonly id: string;
  readonly party_id: string;
  readonly party_locator: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly push_token: string | null;
  readonly preferred_channel: Channel;
  readonly opted_out_events: readonly NotificationEvent[];
  readonly language: string | null;
  readonly time_zone: string;
  /** `HH:MM:SS`. */
  readonly quiet_from: string | null;
  readonly quiet_to: string | null;
  readonly version: number;
}

export interface NotificationTemplateRow {
  readonly id: string;
  readonly market_code: string;
  readonly language: string;
  readonly event_type: NotificationEvent;
  readonly subject: string;
  readonly body: string;
  readonly version: number;
  readonly updated_at: Date;
}
