/**
 * Works a bulk enrolment off: first the file is read and its rows are staged, all of them in one transaction; then families are enrolled in batches, a few side by side. Each run is a
 * graphile-worker job that asks for the next one. Before it works it leaves a later run behind, so that a worker that is killed is followed by another one once its lease has run out.
 * All or nothing: everybody is quoted first; only when nothing stands against anybody are the quotes bound, otherwise they are discarded and the job has FAILED.
 */
import { enqueue } from '@olly/kit/jobs';
import type { EventOrigin } from '@olly/kit/outbox';
import { type Pool, transaction } from '@olly/kit/postgres';
import type { Log } from '@olly/kit/server';
import type { BulkEnrollmentJobRow } from '../mappers.ts';
import type { Ports } from '../ports/ports.ts';
import { findScheme, insertAudit } from '../scheme/store.ts';
import { type Enrolling, enrolFamily, isPassing, RowRefusal, refusedFamily } from './enrol.ts';
import { FileError, rowsOf } from './file.ts';
import { job as states, type JobCommand } from './job.ts';
import { type CheckedRow, checkFamilies, isBad, type RowError } from './row.ts';
import { countTry, endRows, findJob, insertRows, leaseJob, lockJob, nextFamilies, numbersKnown, quotedFamilies, renewLease, setJobStatus, setStaged, showErrors, skipOpen, type StagedRow } from './store.ts';

export const BULK_TASK = 'enrolInBulk';
const INSERT_ROWS_MAX = 1_000;
const TRIES_MAX = 5;

export interface BulkPace {
  readonly leaseMs: number;
  readonly familiesABatch: number;
  readonly sideBySide: number;
  /** How long one run goes on. */
  readonly sliceMs: number;
}
const PACE: BulkPace = { leaseMs: 6_000, familiesABatch: 48, sideBySide: 4, sliceMs: 5_000 };

export interface BulkWork extends EventOrigin {
  readonly pool: Pool;
  readonly ports: Ports;
  readonly log: Log;
  readonly pace?: Partial<BulkPace>;
}

/** Asks for a run; one waits for each job at most. */
export const askForRun = (tx: Parameters<typeof enqueue>[0], jobId: string, inMs = 0): Promise<void> =>
  enqueue(tx, BULK_TASK, { jobId }, { jobKey: `${BULK_TASK}:${jobId}`, ...(inMs > 0 && { runAt: new Date(Date.now() + inMs) }) });

/** Moves a job along its table, with its audit row; false when the table does not allow it (any more). */
async function step(work: BulkWork, id: string, command: JobCommand, alter?: (tx: Parameters<typeof lockJob>[0], job: BulkEnrollmentJobRow) => Promise<void>): Promise<boolean> {
  return transaction(work.pool, async (tx) => {
    const job = await lockJob(tx, { id });
    if (!job || !states.can(job.status, command)) return false;
    const to = states.next(job.status, command);
    await alter?.(tx, job);
    await setJobStatus(tx, work, id, to);
    await insertAudit(tx, work, { entity: 'JOB', entityId: id, command, from: job.status, to, actor: 'group_scheme' });
    return true;
  });
}

/** Reads the file. Nothing is written yet. Throws `FileError`. */
async function readFile({ ports, clock, pool }: BulkWork, job: BulkEnrollmentJobRow): Promise<CheckedRow[]> {
  const file = await ports.file(job.file_locator as string, job.requested_by);
  if (!file) throw new FileError('FILE_MISSING', 'The file is no longer there.');
  const { rows } = await pool.query<{ product_code: string; effective_from: string }>('SELECT product_code, effective_from FROM group_scheme.schemes WHERE id = $1', [job.scheme_id]);
  const scheme = { productCode: rows[0]?.product_code as string, effectiveFrom: rows[0]?.effective_from as string, today: clock.today() };
  const read: CheckedRow[] = [];
  for await (const row of rowsOf(file.content, file.contentType, scheme)) read.push(row);
  return read;
}

async function stage(work: BulkWork, job: BulkEnrollmentJobRow): Promise<void> {
  let read: CheckedRow[];
  try {
    read = await readFile(work, job);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const whole: RowError = { row: error.row, column: error.column, code: error.code, message: error.message };
    await step(work, job.id, 'fail', (tx) => setStaged(tx, work, job.id, { total: 0, processed: 0, failed: 0 }, [whole]));
    return;
  }
  const joining = new Map(read.flatMap((one) => (!isBad(one) && one.relationship === 'SELF' ? [[one.employeeNumber, one.data.joinedOn] as const] : [])));
  await transaction(work.pool, async (tx) => {
    const locked = await lockJob(tx, { id: job.id });
    if (locked?.status !== 'RUNNING' || locked.staged_at) return;
    const rows = checkFamilies(read, await numbersKnown(tx, job.id, job.scheme_id, joining));
    const errors = rows.flatMap((one) => (isBad(one) ? one.errors : []));
    const failed = rows.filter(isBad).length;
    const isOver = job.mode === 'ALL_OR_NOTHING' && failed > 0 && !job.is_dry_run;
    const good = job.is_dry_run ? 'CHECKED' : isOver ? 'SKIPPED' : 'STAGED';
    for (let at = 0; at < rows.length; at += INSERT_ROWS_MAX) await insertRows(tx, job, rows.slice(at, at + INSERT_ROWS_MAX), good);
    await setStaged(tx, work, job.id, { total: rows.length, processed: job.is_dry_run ? rows.length : failed, failed }, errors);
    if (!isOver) return;
    await setJobStatus(tx, work, job.id, states.next('RUNNING', 'fail'));
    await insertAudit(tx, work, { entity: 'JOB', entityId: job.id, command: 'fail', from: 'RUNNING', to: 'FAILED', actor: 'group_scheme' });
  });
}

/** One family; what may pass is tried again a few times, with the rest of the file in between. */
async function tryFamily(at: Enrolling, family: readonly StagedRow[], phase: 'QUOTE' | 'BIND', log: Log): Promise<void> {
  const [employee] = family as [StagedRow];
  const rows = family.map((row) => row.row_number);
  const from = phase === 'BIND' && at.job.mode === 'ALL_OR_NOTHING' ? 'QUOTED' : 'STAGED';
  const fail = (refusal: RowRefusal) => transaction(at.pool, async (tx) => void (await endRows(tx, { jobId: at.job.id, rows, from }, { status: 'FAILED', errors: refusal.errors })));
  try {
    await enrolFamily(at, family, phase);
  } catch (error) {
    if (error instanceof RowRefusal) return fail(error);
    const own = (error as { code?: unknown; extensions?: { code?: unknown } }).extensions?.code ?? (error as { code?: unknown }).code;
    const code = typeof own === 'string' ? own : 'INTERNAL';
    if (!isPassing(code) || employee.tries + 1 >= TRIES_MAX) return fail(refusedFamily(family, employee.row_number, code, 'Another service would not do it; ask for help with the job and row.'));
    log.warn({ jobId: at.job.id, row: employee.row_number, code }, 'a family is tried again');
    await countTry(at.pool, at.job.id, rows);
  }
}

/** Works families off side by side until there are none or the job is stopped. */
async function enrolBatch(work: BulkWork, job: BulkEnrollmentJobRow, pace: BulkPace, isStopped: () => boolean): Promise<boolean> {
  const isQuoting = job.mode === 'ALL_OR_NOTHING';
  let phase: 'QUOTE' | 'BIND' = isQuoting ? 'QUOTE' : 'BIND';
  let families = await nextFamilies(work.pool, job.id, 'STAGED', pace.familiesABatch);
  if (families.length === 0 && isQuoting && (await findJob(work.pool, job.id)).failed_count === 0) {
    phase = 'BIND';
    families = await nextFamilies(work.pool, job.id, 'QUOTED', pace.familiesABatch);
  }
  if (families.length === 0) return false;
  const versions = new Map<string, Promise<string | null>>();
  const client = await work.pool.connect();
  const scheme = await findScheme(client, job.scheme_id).finally(() => client.release());
  const versionOn = (day: string) => {
    const known = versions.get(day) ?? work.ports.versionOn(scheme.product_code, day);
    versions.set(day, known);
    return known;
  };
  const at: Enrolling = { ...work, job, scheme, versionOn };
  await Promise.all(
    Array.from({ length: pace.sideBySide }, async () => {
      for (let family = families.shift(); family && !isStopped(); family = families.shift()) await tryFamily(at, family, phase, work.log);
    }),
  );
  await showErrors(work.pool, job.id);
  return true;
}

/** Nobody is left to enrol. */
async function finish(work: BulkWork, job: BulkEnrollmentJobRow): Promise<void> {
  const { failed_count: failed } = await findJob(work.pool, job.id);
  const isUndone = job.mode === 'ALL_OR_NOTHING' && failed > 0 && !job.is_dry_run;
  if (isUndone) await giveUp(work, job);
  await step(work, job.id, isUndone ? 'fail' : 'complete', (tx) => showErrors(tx, job.id));
}

/** Takes away what is still open: quotes are discarded, rows skipped. A family whose policy was issued just before a worker died is still made a member: cover is never without one. */
async function giveUp(work: BulkWork, job: BulkEnrollmentJobRow): Promise<void> {
  for (const status of ['STAGED', 'QUOTED'] as const) {
    for (const family of await quotedFamilies(work.pool, job.id, status)) {
      const [employee] = family as [StagedRow];
      if (await work.ports.discard(employee.quote_locator as string, job.requested_by)) continue;
      const client = await work.pool.connect();
      const scheme = await findScheme(client, job.scheme_id).finally(() => client.release());
      await tryFamily({ ...work, job, scheme, versionOn: (day) => work.ports.versionOn(scheme.product_code, day) }, family, 'BIND', work.log);
    }
  }
  await transaction(work.pool, (tx) => skipOpen(tx, job.id));
}

/** One run of a job. */
export async function runBulk(work: BulkWork, jobId: string): Promise<void> {
  const pace = { ...PACE, ...work.pace };
  const leased = await leaseJob(work.pool, jobId, pace.leaseMs);
  if (!leased) {
    // Somebody is at it, or was until a moment ago: look again when their lease must have ended.
    const now = await findJob(work.pool, jobId);
    if (['QUEUED', 'RUNNING', 'CANCELLED'].includes(now.status) && now.leased_until !== null) await askForRun(work.pool, jobId, pace.leaseMs);
    return;
  }
  await askForRun(work.pool, jobId, pace.leaseMs + 200);
  let status: BulkEnrollmentJobRow['status'] = 'RUNNING';
  const heartbeat = setInterval(() => {
    renewLease(work.pool, jobId, pace.leaseMs).then((now) => {
      status = now;
    }, () => {});
  }, pace.leaseMs / 6);
  try {
    if (leased.status === 'QUEUED') await step(work, jobId, 'begin');
    if (leased.status === 'CANCELLED') await giveUp(work, leased);
    else {
      // Batch after batch for a while, so that no batch waits for the queue; then other jobs of the service have their turn.
      for (const until = Date.now() + pace.sliceMs; status === 'RUNNING' && Date.now() < until; ) {
        const now = await findJob(work.pool, jobId);
        if (now.status !== 'RUNNING') break;
        if (!now.staged_at) await stage(work, now);
        else if (now.is_dry_run || !(await enrolBatch(work, now, pace, () => status !== 'RUNNING'))) await finish(work, now);
      }
    }
  } finally {
    clearInterval(heartbeat);
  }
  const now = await renewLease(work.pool, jobId, 0);
  if (now === 'RUNNING' || (now === 'CANCELLED' && leased.status !== 'CANCELLED')) await askForRun(work.pool, jobId);
}
