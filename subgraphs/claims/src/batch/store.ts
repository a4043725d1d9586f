/** Batches in the database: their claims are fixed when they start, and what has come of each is counted when somebody asks. */
import type { Pool, PoolClient } from '@olly/kit/postgres';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { enqueue } from '@olly/kit/jobs';
import type { HoldReason } from '../adjudication/facts.ts';
import { actorOf } from '../claim/store.ts';
import type { Context } from '../context.ts';
import type { ClaimBatchRow, ClaimQueueRow } from '../mappers.ts';

export const BATCH_TASK = 'work_claim_batch';

const BATCH = `
  SELECT b.locator, b.hold_reason, b.status, b.total, b.created_at, b.finished_at, count(i.result)::int AS done, count(*) FILTER (WHERE i.result = 'DECIDED')::int AS decided,
    count(*) FILTER (WHERE i.result = 'HELD')::int AS held, count(*) FILTER (WHERE i.result IN ('FAILED', 'SKIPPED'))::int AS failed
  FROM claims.claim_batches b LEFT JOIN claims.claim_batch_items i ON i.batch_id = b.id WHERE b.locator = $1 GROUP BY b.id`;

export async function findBatch(pool: Pool | PoolClient, locator: string): Promise<ClaimBatchRow | null> {
  return (await pool.query<ClaimBatchRow>(BATCH, [locator])).rows[0] ?? null;
}

/** Starts a batch over the claims that are held for a reason now, with its job, in one transaction. */
export async function startBatch(ctx: Context, { idempotencyKey, holdReason }: { idempotencyKey: string; holdReason: HoldReason }): Promise<ClaimBatchRow> {
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `startClaimBatch:${ctx.identity.subject}`, key: idempotencyKey, body: { holdReason } };
    const locator = await once<string>(tx, call, async () => {
      const batch = { id: ctx.ids.id(), locator: ctx.ids.locator('job') };
      await tx.query(
        `INSERT INTO claims.claim_batches (id, locator, hold_reason, status, total, started_by, created_at) VALUES ($1, $2, $3, 'RUNNING', 0, $4, $5)`,
        [batch.id, batch.locator, holdReason, actorOf(ctx), ctx.clock.now()],
      );
      await tx.query(
        `WITH items AS (INSERT INTO claims.claim_batch_items (batch_id, claim_id) SELECT $1, id FROM claims.claims WHERE hold_reason = $2 AND status = 'IN_REVIEW' RETURNING 1)
         UPDATE claims.claim_batches SET total = (SELECT count(*) FROM items) WHERE id = $1`,
        [batch.id, holdReason],
      );
      await enqueue(tx, BATCH_TASK, { batchId: batch.id }, { jobKey: `${BATCH_TASK}:${batch.id}` });
      return batch.locator;
    });
    return (await findBatch(tx, locator)) as ClaimBatchRow;
  });
}

export async function openItems(pool: Pool, batchId: string, max: number): Promise<string[]> {
  const { rows } = await pool.query<{ claim_id: string }>(
    'SELECT claim_id FROM claims.claim_batch_items WHERE batch_id = $1 AND result IS NULL ORDER BY claim_id LIMIT $2',
    [batchId, max],
  );
  return rows.map((row) => row.claim_id);
}

export type ItemResult = 'DECIDED' | 'HELD' | 'SKIPPED' | 'FAILED';

export async function saveItems(pool: Pool, batchId: string, results: ReadonlyMap<string, ItemResult>): Promise<void> {
  await pool.query(
    `UPDATE claims.claim_batch_items i SET result = r.result FROM unnest($2::uuid[], $3::text[]) AS r(claim_id, result)
     WHERE i.batch_id = $1 AND i.claim_id = r.claim_id AND i.result IS NULL`,
    [batchId, [...results.keys()], [...results.values()]],
  );
}

export async function endBatch(pool: Pool, batchId: string, at: Date): Promise<void> {
  await pool.query(`UPDATE claims.claim_batches SET status = 'DONE', finished_at = $2 WHERE id = $1 AND status = 'RUNNING'`, [batchId, at]);
}

/** How many claims wait for each reason. */
export async function queues(pool: Pool): Promise<ClaimQueueRow[]> {
  const { rows } = await pool.query<ClaimQueueRow>(
    `SELECT hold_reason AS reason, count(*)::int AS count, min(received_on) AS oldest_received_on FROM claims.claims
     WHERE hold_reason IS NOT NULL AND status IN ('IN_REVIEW', 'APPEALED') GROUP BY hold_reason ORDER BY hold_reason`,
  );
  return rows;
}
