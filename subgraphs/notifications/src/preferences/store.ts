/** Preferences in the database; nothing else touches this table. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { NotificationPreferencesRow } from '../mappers.ts';
import type { PreferenceValues } from './preferences.ts';

/** A party's preferences, locked, without a row rule; null when nothing was ever set. */
export async function lockPreferences(tx: PoolClient, partyId: string): Promise<NotificationPreferencesRow | null> {
  return (await tx.query<NotificationPreferencesRow>('SELECT * FROM notifications.notification_preferences WHERE party_id = $1 FOR UPDATE', [partyId])).rows[0] ?? null;
}

export async function findPreferences(pool: Pool, partyId: string): Promise<NotificationPreferencesRow | null> {
  return (await pool.query<NotificationPreferencesRow>('SELECT * FROM notifications.notification_preferences WHERE party_id = $1', [partyId])).rows[0] ?? null;
}

/** Writes preferences if they still have the version that the caller saw (0: none yet); null when they have not. */
export async function savePreferences(tx: PoolClient, { ids, clock }: EventOrigin, party: { id: string; locator: string }, version: number, values: PreferenceValues): Promise<NotificationPreferencesRow | null> {
  const { rows } = await tx.query<NotificationPreferencesRow>(
    `INSERT INTO notifications.notification_preferences AS p
       (id, party_id, party_locator, email, phone, push_token, preferred_channel, opted_out_events, language, time_zone, quiet_from, quiet_to, version, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13)
     ON CONFLICT (party_id) DO UPDATE SET email = excluded.email, phone = excluded.phone, push_token = excluded.push_token, preferred_channel = excluded.preferred_channel,
       opted_out_events = excluded.opted_out_events, language = excluded.language, time_zone = excluded.time_zone, quiet_from = excluded.quiet_from,
       quiet_to = excluded.quiet_to, version = p.version + 1, updated_at = excluded.updated_at
     WHERE p.version = $14 RETURNING *`,
    [
      ids.id(), party.id, party.locator, values.email, values.phone, values.push_token, values.preferred_channel, JSON.stringify(values.opted_out_events),
      values.language, values.time_zone, values.quiet_from, values.quiet_to, clock.now(), version,
    ],
  );
  return rows[0] ?? null;
}
