/**
 * Runs at once what the services do by the calendar, after the demo's clock has moved: each task of each crontab is enqueued once, and waited for. A task that fails
 * keeps its place in the queue and is tried again; the answer says so.
 */
import { enqueue } from '@olly/kit/jobs';
import type { Pool } from '@olly/kit/postgres';

export interface Worked {
  readonly name: string;
  readonly pool: Pool;
  readonly crontab: string;
}

export interface DueOutcome {
  readonly service: string;
  readonly task: string;
  readonly outcome: 'done' | 'failed' | 'late';
}

const WAIT_MS_MAX = 60_000;
const POLL_MS = 100;

/** The tasks of a crontab with the payloads that stand there. */
export function tasksOf(crontab: string): readonly { readonly task: string; readonly payload: Record<string, unknown> }[] {
  return crontab.split('\n').flatMap((line) => {
    const match = /^\s*(?:[\d*/,-]+\s+){5}([\w.:-]+)(?:\s+\?\S+)?(?:\s+(\{.*\}))?\s*$/.exec(line);
    return match?.[1] ? [{ task: match[1], payload: match[2] ? (JSON.parse(match[2]) as Record<string, unknown>) : {} }] : [];
  });
}

const keyOf = (task: string): string => `due:${task}`;

async function outcomeOf(pool: Pool, task: string): Promise<DueOutcome['outcome']> {
  for (const deadline = Date.now() + WAIT_MS_MAX; Date.now() < deadline; ) {
    const { rows } = await pool.query<{ hasFailed: boolean }>('SELECT last_error IS NOT NULL AS "hasFailed" FROM graphile_worker.jobs WHERE key = $1', [keyOf(task)]);
    if (!rows[0]) return 'done';
    if (rows[0].hasFailed) return 'failed';
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return 'late';
}

/** Enqueues every calendar task of the services and answers how each ended. */
export async function runDue(services: readonly Worked[]): Promise<readonly DueOutcome[]> {
  const due = services.flatMap(({ name, pool, crontab }) => tasksOf(crontab).map(({ task, payload }) => ({ name, pool, task, payload })));
  for (const { pool, task, payload } of due) await enqueue(pool, task, payload, { jobKey: keyOf(task) });
  return Promise.all(due.map(async ({ name, pool, task }) => ({ service: name, task, outcome: await outcomeOf(pool, task) })));
}
