/** The log of notifications and their tries in the database; nothing else touches these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Channel, NotificationRow, NotificationStatus } from '../mappers.ts';
import type { NotificationEvent } from './events.ts';

export interface NewNotification {
  readonly eventId: string;
  readonly party: { readonly id: string; readonly locator: string };
  readonly event: NotificationEvent;
  readonly reference: string;
  readonly channel: Channel;
  readonly status: NotificationStatus;
  readonly isCritical: boolean;
  readonly subject: string;
  readonly body: string;
  readonly reason: string | null;
}

/** Notes what is to be told; null when this event has told the party by this channel before. */
export async function insertNotification(tx: PoolClient, { ids, clock }: EventOrigin, row: NewNotification): Promise<NotificationRow | null> {
  const sentAt = row.status === 'SENT' ? clock.now() : null;
  const { rows } = await tx.query<NotificationRow>(
    `INSERT INTO notifications.notification_log (id, locator, event_id, party_id, party_locator, event_type, subject_locator, channel, status, is_critical, subject, body,
       failure_reason, attempt_count, sent_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (event_id, party_id, channel) DO NOTHING RETURNING *`,
    [
      ids.id(), ids.locator('ntf'), row.eventId, row.party.id, row.party.locator, row.event, row.reference, row.channel, row.status, row.isCritical, row.subject, row.body,
      row.reason, 0, sentAt, clock.now(),
    ],
  );
  return rows[0] ?? null;
}

export async function findNotification(pool: Pool, id: string): Promise<NotificationRow | null> {
  return (await pool.query<NotificationRow>('SELECT * FROM notifications.notification_log WHERE id = $1', [id])).rows[0] ?? null;
}

/** Notes a try and what became of the notification; false when it was decided meanwhile. */
export async function recordAttempt(tx: PoolClient, { ids, clock }: EventOrigin, id: string, outcome: 'SENT' | 'RETRY' | 'FAILED', reason: string | null): Promise<boolean> {
  const status: NotificationStatus = outcome === 'RETRY' ? 'PENDING' : outcome;
  const { rows } = await tx.query<{ attempt_count: number }>(
    `UPDATE notifications.notification_log SET attempt_count = attempt_count + 1, status = $2, failure_reason = $3, sent_at = $4
     WHERE id = $1 AND (status = 'PENDING' OR (channel = 'IN_APP' AND attempt_count = 0)) RETURNING attempt_count`,
    [id, status, reason, outcome === 'SENT' ? clock.now() : null],
  );
  const [row] = rows;
  if (!row) return false;
  await tx.query('INSERT INTO notifications.notification_attempts (id, notification_id, attempt, outcome, reason, attempted_at) VALUES ($1, $2, $3, $4, $5, $6)', [
    ids.id(), id, row.attempt_count, outcome, reason, clock.now(),
  ]);
  return true;
}

/** By which channels an event has told, or was to tell, a party. */
export async function usedChannels(tx: PoolClient, eventId: string, partyId: string): Promise<Channel[]> {
  const { rows } = await tx.query<{ channel: Channel }>('SELECT channel FROM notifications.notification_log WHERE event_id = $1 AND party_id = $2', [eventId, partyId]);
  return rows.map((row) => row.channel);
}

/** Who is told for a child under 16: its guardians on a day. Empty for anybody else. */
export async function guardiansOf(pool: Pool, party: string, today: IsoDate): Promise<string[]> {
  const { rows } = await pool.query<{ party_locator: string }>(
    `SELECT DISTINCT party_locator FROM notifications.access
     WHERE target = $1 AND role = 'GUARDIAN' AND valid_from <= $2::date AND (valid_to IS NULL OR $2::date < valid_to) ORDER BY party_locator`,
    [party, today],
  );
  return rows.map((row) => row.party_locator);
}

export async function countUnread(pool: Pool, party: string): Promise<number> {
  const { rows } = await pool.query<{ unread: string }>(
    "SELECT count(*) AS unread FROM notifications.notification_log WHERE party_locator = $1 AND channel = 'IN_APP' AND status = 'SENT' AND read_at IS NULL",
    [party],
  );
  return Number(rows[0]?.unread ?? 0);
}

/** Marks a party's own inbox rows as read, keeps the first time, and answers them in order. */
export async function markRead(pool: Pool, party: string, locators: readonly string[], now: Date): Promise<NotificationRow[]> {
  const { rows } = await pool.query<NotificationRow>(
    `UPDATE notifications.notification_log SET read_at = coalesce(read_at, $3)
     WHERE locator = ANY($2::text[]) AND party_locator = $1 AND channel = 'IN_APP' AND status = 'SENT' RETURNING *`,
    [party, locators, now],
  );
  return rows.sort((a, b) => (a.id < b.id ? 1 : -1));
}
