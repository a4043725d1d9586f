/**
 * What an operator may ask of an outbox: how it stands, to try failed rows again, or to leave them out. A failed row holds back the later rows of its key until
 * one of the two is done. The running relay notices within a second or two.
 */
import type { Pool } from 'pg';

export interface OutboxState {
  /** Rows that are not published yet and have not failed. */
  readonly waiting: number;
  /** Age of the oldest of them; 0 when none waits. */
  readonly oldestSeconds: number;
  /** Rows marked as failed, with whatever waits behind them counted under `waiting`. */
  readonly failed: number;
}

/** How an outbox stands; reads only what is unpublished. */
export async function outboxState(pool: Pool, schema: string): Promise<OutboxState> {
  const { rows } = await pool.query<{ waiting: number; oldest: number; failed: number }>(
    `SELECT count(*) FILTER (WHERE failed_at IS NULL)::int AS waiting, count(failed_at)::int AS failed,
            coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE failed_at IS NULL)), 0)::float8 AS oldest
     FROM ${schema}.outbox WHERE published_at IS NULL`,
  );
  const [row] = rows;
  return { waiting: row?.waiting ?? 0, oldestSeconds: Math.max(0, row?.oldest ?? 0), failed: row?.failed ?? 0 };
}

/** Lets failed rows be tried again, all or those of the given event ids; answers how many. */
export async function replayFailed(pool: Pool, schema: string, eventIds?: readonly string[]): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE ${schema}.outbox SET failed_at = NULL, tries = 0
     WHERE published_at IS NULL AND failed_at IS NOT NULL AND ($1::uuid[] IS NULL OR event_id = ANY($1::uuid[]))`,
    [eventIds ?? null],
  );
  return rowCount ?? 0;
}

/** Leaves failed rows out for ever, so that their keys go on; the row keeps its error. Answers how many. */
export async function skipFailed(pool: Pool, schema: string, eventIds: readonly string[]): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE ${schema}.outbox SET published_at = now() WHERE published_at IS NULL AND failed_at IS NOT NULL AND event_id = ANY($1::uuid[])`,
    [eventIds],
  );
  return rowCount ?? 0;
}

const CLEAN_ROWS = 1_000;

/** Deletes rows that were published longer ago than `keepMs`, oldest first, a thousand a statement; answers how many. */
export async function cleanOutbox(pool: Pool, schema: string, keepMs: number): Promise<number> {
  let removed = 0;
  for (;;) {
    // Looks at the oldest published rows only, never through the whole table for one that is due.
    const { rowCount } = await pool.query(
      `DELETE FROM ${schema}.outbox o USING (SELECT id, published_at FROM ${schema}.outbox WHERE published_at IS NOT NULL ORDER BY id LIMIT ${CLEAN_ROWS}) oldest
       WHERE o.id = oldest.id AND oldest.published_at < now() - $1 * interval '1 millisecond'`,
      [keepMs],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < CLEAN_ROWS) return removed;
  }
}
