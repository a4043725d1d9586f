/**
 * Tells once for each provider and due date that credentialing must be repeated, as soon as the day is less than NOTICE_DAYS away. The standing does not change by
 * itself: a directory that drops a hospital overnight harms its patients; staff suspend.
 */
import { appendToOutbox, type EventOrigin } from '@olly/kit/outbox';
import { type Pool, transaction } from '@olly/kit/postgres';
import { addDays } from '@olly/kit/time';
import type { ProviderRow } from '../mappers.ts';
import { credentialingDueEvent } from './events.ts';

export const NOTICE_DAYS = 90;
const BATCH_ROWS = 500;

export async function tellCredentialingDue(pool: Pool, origin: EventOrigin): Promise<void> {
  const until = addDays(origin.clock.today(), NOTICE_DAYS);
  let after: string | null = null;
  do {
    after = await tellBatch(pool, origin, until, after);
  } while (after !== null);
}

/** One batch in the order of ids; the last id, or null when no more follow. */
async function tellBatch(pool: Pool, origin: EventOrigin, until: string, after: string | null): Promise<string | null> {
  return transaction(pool, async (tx) => {
    const { rows } = await tx.query<ProviderRow>(
      `SELECT * FROM provider.providers
       WHERE network_status IN ('ACTIVE', 'SUSPENDED') AND credentialing_due_on <= $1 AND ($2::uuid IS NULL OR id > $2::uuid)
       ORDER BY id LIMIT $3 FOR UPDATE`,
      [until, after, BATCH_ROWS],
    );
    await appendToOutbox(tx, origin, rows.map((row) => credentialingDueEvent(row, row.credentialing_due_on as string)));
    return rows.length === BATCH_ROWS ? (rows.at(-1)?.id ?? null) : null;
  });
}
