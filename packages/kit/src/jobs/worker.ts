/**
 * Runs and enqueues jobs. `enqueue` takes the caller's transaction: the job exists exactly when the change it belongs to does. A job may run more than once
 * (a worker can die after the work and before the tick), so a task is written to be repeated.
 */
import { Logger as WorkerLogger, type TaskList, parseCrontab, run } from 'graphile-worker';
import type { ClientBase, Pool } from 'pg';
import { JOBS_SCHEMA } from './install.ts';

export type JobPayload = Readonly<Record<string, unknown>>;
/** Does one job. Throwing leads to a later try, with growing pauses. */
export type Task = (payload: JobPayload, job: { readonly id: string; readonly attempt: number }) => Promise<void>;

export interface JobsOptions {
  readonly pool: Pool;
  readonly tasks: Readonly<Record<string, Task>>;
  /** graphile-worker's crontab, a line a task, in UTC. */
  readonly crontab?: string;
  readonly concurrency?: number;
  readonly pollMs?: number;
  /** Told of every end; `error` is what the task threw. */
  readonly onEnd?: (task: string, outcome: 'done' | 'failed', error?: unknown) => void;
}

export interface RunningJobs {
  /** Takes no more jobs and waits for those that run. */
  stop(): Promise<void>;
}

/** The library's lines quote payloads; ours are counted through `onEnd`. */
const silent = new WorkerLogger(() => () => {});

/** Starts a worker on a service's own pool. */
export async function startJobs({ pool, tasks, crontab = '', concurrency = 1, pollMs = 1_000, onEnd = () => {} }: JobsOptions): Promise<RunningJobs> {
  const taskList: TaskList = {};
  for (const [name, task] of Object.entries(tasks)) {
    taskList[name] = async (payload, helpers) => {
      try {
        await task((payload ?? {}) as JobPayload, { id: String(helpers.job.id), attempt: helpers.job.attempts });
      } catch (error) {
        onEnd(name, 'failed', error);
        throw error;
      }
      onEnd(name, 'done');
    };
  }
  const runner = await run({
    pgPool: pool,
    schema: JOBS_SCHEMA,
    taskList,
    parsedCronItems: parseCrontab(crontab),
    concurrency,
    pollInterval: pollMs,
    noHandleSignals: true,
    logger: silent,
  });
  return { stop: () => runner.stop() };
}

export interface EnqueueOptions {
  /** At most one waiting job has this key; enqueuing again replaces it. */
  readonly jobKey?: string;
  /** Not before this moment, real time. */
  readonly runAt?: Date;
  readonly triesMax?: number;
}

/** Adds a job within the caller's transaction. */
export async function enqueue(tx: ClientBase | Pool, task: string, payload: JobPayload = {}, { jobKey, runAt, triesMax = 10 }: EnqueueOptions = {}): Promise<void> {
  await tx.query(
    `SELECT ${JOBS_SCHEMA}.add_job($1, payload := $2::json, run_at := $3::timestamptz, job_key := $4::text, max_attempts := $5::int)`,
    [task, JSON.stringify(payload), runAt ?? null, jobKey ?? null, triesMax],
  );
}

/** How many jobs of a task are not done, and how many of them have failed before. */
export async function jobsLeft(db: ClientBase | Pool, task: string): Promise<{ readonly waiting: number; readonly retrying: number }> {
  const { rows } = await db.query<{ waiting: number; retrying: number }>(
    `SELECT count(*)::int AS waiting, count(*) FILTER (WHERE last_error IS NOT NULL)::int AS retrying FROM ${JOBS_SCHEMA}.jobs WHERE task_identifier = $1`,
    [task],
  );
  return rows[0] ?? { waiting: 0, retrying: 0 };
}
