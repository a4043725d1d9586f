/** The markets' own words in the database; nothing else touches this table. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool } from '@olly/kit/postgres';
import type { NotificationTemplateRow } from '../mappers.ts';
import type { NotificationEvent } from '../notification/events.ts';
import { DEFAULT_WORDS, type Words } from './defaults.ts';

/** The words for an event: the market's in the language, the market's in English, or the house's. */
export async function wordsFor(pool: Pool, event: NotificationEvent, market: string | null, language: string): Promise<Words> {
  if (!market) return DEFAULT_WORDS[event];
  const { rows } = await pool.query<NotificationTemplateRow>(
    "SELECT * FROM notifications.notification_templates WHERE event_type = $1 AND market_code = $2 AND language IN ($3, 'en') ORDER BY language = $3 DESC LIMIT 1",
    [event, market, language],
  );
  return rows[0] ?? DEFAULT_WORDS[event];
}

export async function saveWords(pool: Pool, { ids, clock }: EventOrigin, words: Words & { market: string; language: string; event: NotificationEvent; savedBy: string }): Promise<NotificationTemplateRow> {
  const { rows } = await pool.query<NotificationTemplateRow>(
    `INSERT INTO notifications.notification_templates AS t (id, market_code, language, event_type, subject, body, updated_by, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (market_code, language, event_type) DO UPDATE SET subject = excluded.subject, body = excluded.body, version = t.version + 1,
       updated_by = excluded.updated_by, updated_at = excluded.updated_at RETURNING *`,
    [ids.id(), words.market, words.language, words.event, words.subject, words.body, words.savedBy, clock.now()],
  );
  return rows[0] as NotificationTemplateRow;
}
