/** How far the background work is: what waits in the queue, and what is there. */
import { jobsLeft } from '@olly/kit/jobs';
import type { Pool } from '@olly/kit/postgres';
import { PRODUCE } from '../projections/production.ts';

export interface DocumentProductionRow {
  readonly waiting: number;
  readonly retrying: number;
  readonly produced: number;
}

export async function productionProgress(pool: Pool): Promise<DocumentProductionRow> {
  const [left, { rows }] = await Promise.all([jobsLeft(pool, PRODUCE), pool.query<{ produced: number }>('SELECT count(*)::int AS produced FROM documents.documents')]);
  return { ...left, produced: rows[0]?.produced ?? 0 };
}
