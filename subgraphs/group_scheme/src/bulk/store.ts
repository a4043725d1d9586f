/** Jobs and their rows in the database; nothing else touches these tables. Counters move in the transaction in which a row does, and only when it does. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { BulkEnrollmentJobRow } from '../mappers.ts';
import { type CheckedRow, isBad, type Relationship, type RowData, type RowError } from './row.ts';

/** As many errors as the job shows; each row keeps its own. */
export const ERRORS_SHOWN_MAX = 1_000;

export interface NewJob {
  readonly schemeId: string;
  readonly scheme: string;
  readonly file: string;
  readonly mode: BulkEnrollmentJobRow['mode'];
  readonly isDryRun: boolean;
  readonly requestedBy: string;
}

export async function insertJob(tx: PoolClient, { ids, clock }: EventOrigin, job: NewJob): Promise<BulkEnrollmentJobRow> {
  const { rows } = await tx.query<BulkEnrollmentJobRow>(
    `INSERT INTO group_scheme.bulk_enrollment_jobs (id, locator, scheme_id, scheme_locator, status, is_dry_run, mode, file_locator, requested_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'QUEUED', $5, $6, $7, $8, $9, $9) RETURNING *`,
    [ids.id(), ids.locator('job'), job.schemeId, job.scheme, job.isDryRun, job.mode, job.file, job.requestedBy, clock.now()],
  );
  return rows[0] as BulkEnrollmentJobRow;
}

export async function findJob(tx: PoolClient | Pool, id: string): Promise<BulkEnrollmentJobRow> {
  return (await tx.query<BulkEnrollmentJobRow>('SELECT * FROM group_scheme.bulk_enrollment_jobs WHERE id = $1', [id])).rows[0] as BulkEnrollmentJobRow;
}

export async function lockJob(tx: PoolClient, key: { id: string } | { locator: string }): Promise<BulkEnrollmentJobRow | null> {
  const [column, value] = 'id' in key ? ['id', key.id] : ['locator', key.locator];
  return (await tx.query<BulkEnrollmentJobRow>(`SELECT * FROM group_scheme.bulk_enrollment_jobs WHERE ${column} = $1 FOR UPDATE`, [value])).rows[0] ?? null;
}

export async function setJobStatus(tx: PoolClient, { clock }: Pick<EventOrigin, 'clock'>, id: string, status: BulkEnrollmentJobRow['status']): Promise<BulkEnrollmentJobRow> {
  const { rows } = await tx.query<BulkEnrollmentJobRow>(
    `UPDATE group_scheme.bulk_enrollment_jobs SET status = $2, updated_at = $3, finished_at = CASE WHEN $2 IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN $3::timestamptz END WHERE id = $1 RETURNING *`,
    [id, status, clock.now()],
  );
  return rows[0] as BulkEnrollmentJobRow;
}

/** Takes a job for some milliseconds of real time; null when somebody else is at it, or there is nothing to do. */
export async function leaseJob(pool: Pool, id: string, leaseMs: number): Promise<BulkEnrollmentJobRow | null> {
  const { rows } = await pool.query<BulkEnrollmentJobRow>(
    `UPDATE group_scheme.bulk_enrollment_jobs SET leased_until = clock_timestamp() + $2 * interval '1 millisecond'
     WHERE id = $1 AND status IN ('QUEUED', 'RUNNING', 'CANCELLED') AND (leased_until IS NULL OR leased_until < clock_timestamp()) RETURNING *`,
    [id, leaseMs],
  );
  return rows[0] ?? null;
}

/** Keeps or ends (0) a lease; answers where the job stands. */
export async function renewLease(pool: Pool, id: string, leaseMs: number): Promise<BulkEnrollmentJobRow['status']> {
  const { rows } = await pool.query<{ status: BulkEnrollmentJobRow['status'] }>(
    "UPDATE group_scheme.bulk_enrollment_jobs SET leased_until = CASE WHEN $2 > 0 THEN clock_timestamp() + $2 * interval '1 millisecond' END WHERE id = $1 RETURNING status",
    [id, leaseMs],
  );
  return rows[0]?.status ?? 'CANCELLED';
}

/** Why a number may not join the scheme: somebody has it already, or another job is at it. `joining` is each number's first day. */
export async function numbersKnown(tx: PoolClient, jobId: string, schemeId: string, joining: ReadonlyMap<string, string>): Promise<Map<string, { code: string; message: string }>> {
  const { rows } = await tx.query<{ number: string; code: string; day: string | null }>(
    `WITH wanted AS (SELECT * FROM unnest($3::text[], $4::date[]) AS wanted(number, day))
     SELECT w.number, CASE WHEN m.status <> 'LEFT' THEN 'ALREADY_MEMBER' ELSE 'DATE_BEFORE_LEAVING' END AS code, m.left_on AS day
     FROM wanted w JOIN group_scheme.scheme_members m ON m.scheme_id = $2 AND m.employee_number = w.number WHERE m.status <> 'LEFT' OR w.day < m.left_on
     UNION ALL
     SELECT w.number, 'IN_ANOTHER_JOB', NULL FROM wanted w JOIN group_scheme.bulk_enrollment_rows r
       ON r.scheme_id = $2 AND r.employee_number = w.number AND r.relationship = 'SELF' AND r.status IN ('STAGED', 'QUOTED') AND r.job_id <> $1`,
    [jobId, schemeId, [...joining.keys()], [...joining.values()]],
  );
  const words: Readonly<Record<string, (day: string | null) => string>> = {
    ALREADY_MEMBER: () => 'Somebody with this number is in the scheme.',
    DATE_BEFORE_LEAVING: (day) => `The member with this number left on ${day}.`,
    IN_ANOTHER_JOB: () => 'Another bulk enrolment is at this number.',
  };
  return new Map(rows.map(({ number, code, day }) => [number, { code, message: words[code]?.(day) ?? code }]));
}

/** Writes what was read. `good` is what becomes of rows that nothing is wrong with. */
export async function insertRows(tx: PoolClient, job: BulkEnrollmentJobRow, rows: readonly CheckedRow[], good: 'STAGED' | 'CHECKED' | 'SKIPPED'): Promise<void> {
  await tx.query(
    `INSERT INTO group_scheme.bulk_enrollment_rows (job_id, scheme_id, row_number, employee_number, relationship, status, data, errors)
     SELECT $1, $2, * FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])`,
    [
      job.id,
      job.scheme_id,
      rows.map((one) => one.row),
      rows.map((one) => one.employeeNumber),
      rows.map((one) => (isBad(one) ? null : one.relationship)),
      rows.map((one) => (isBad(one) ? 'FAILED' : good)),
      rows.map((one) => (isBad(one) || good !== 'STAGED' ? null : JSON.stringify(one.data))),
      rows.map((one) => (isBad(one) ? JSON.stringify(one.errors) : null)),
    ],
  );
}

export async function setStaged(tx: PoolClient, { clock }: Pick<EventOrigin, 'clock'>, id: string, counts: { total: number; processed: number; failed: number }, errors: readonly RowError[]): Promise<void> {
  await tx.query('UPDATE group_scheme.bulk_enrollment_jobs SET staged_at = $2, updated_at = $2, total = $3, processed = $4, failed_count = $5, errors = $6 WHERE id = $1', [
    id, clock.now(), counts.total, counts.processed, counts.failed, JSON.stringify(errors.slice(0, ERRORS_SHOWN_MAX)),
  ]);
}

export interface StagedRow {
  readonly row_number: number;
  readonly employee_number: string;
  readonly relationship: Relationship;
  readonly data: RowData;
  readonly tries: number;
  readonly party_id: string | null;
  readonly party_locator: string | null;
  readonly quote_locator: string | null;
}

/** The next families in order of their employees' rows, each with the employee first. */
export async function nextFamilies(pool: Pool, jobId: string, status: 'STAGED' | 'QUOTED', limit: number): Promise<StagedRow[][]> {
  const { rows } = await pool.query<StagedRow>(
    `WITH next AS MATERIALIZED (SELECT employee_number FROM group_scheme.bulk_enrollment_rows
       WHERE job_id = $1 AND status = $2 AND relationship = 'SELF' ORDER BY row_number LIMIT $3)
     SELECT r.row_number, r.employee_number, r.relationship, r.data, r.tries, r.party_id, r.party_locator, r.quote_locator
     FROM next JOIN group_scheme.bulk_enrollment_rows r ON r.job_id = $1 AND r.employee_number = next.employee_number AND r.status = $2
     ORDER BY r.employee_number, r.relationship <> 'SELF', r.row_number`,
    [jobId, status, limit],
  );
  return familiesOf(rows);
}

function familiesOf(rows: readonly StagedRow[]): StagedRow[][] {
  const families = new Map<string, StagedRow[]>();
  for (const row of rows) families.set(row.employee_number, [...(families.get(row.employee_number) ?? []), row]);
  return [...families.values()].toSorted((a, b) => (a[0]?.row_number ?? 0) - (b[0]?.row_number ?? 0));
}

/** Open families for which there is a quote already. */
export async function quotedFamilies(pool: Pool, jobId: string, status: 'STAGED' | 'QUOTED'): Promise<StagedRow[][]> {
  const { rows } = await pool.query<StagedRow>(
    `SELECT row_number, employee_number, relationship, data, tries, party_id, party_locator, quote_locator FROM group_scheme.bulk_enrollment_rows
     WHERE job_id = $1 AND status = $2 AND quote_locator IS NOT NULL ORDER BY employee_number, relationship <> 'SELF', row_number`,
    [jobId, status],
  );
  return familiesOf(rows);
}

export async function setParties(pool: Pool, jobId: string, rows: readonly { row: number; id: string; locator: string }[], quote: string): Promise<void> {
  await pool.query(
    `UPDATE group_scheme.bulk_enrollment_rows AS r SET party_id = given.id, party_locator = given.locator, quote_locator = $5
     FROM unnest($2::int[], $3::uuid[], $4::text[]) AS given(row, id, locator) WHERE r.job_id = $1 AND r.row_number = given.row`,
    [jobId, rows.map((one) => one.row), rows.map((one) => one.id), rows.map((one) => one.locator), quote],
  );
}

interface Ending {
  readonly jobId: string;
  readonly rows: readonly number[];
  readonly from: 'STAGED' | 'QUOTED';
}

/** Moves the rows of a family on; false when somebody else has already. `counts`: they are dealt with. */
export async function endRows(
  tx: PoolClient,
  { jobId, rows, from }: Ending,
  to: { status: 'QUOTED' | 'ENROLLED' | 'SKIPPED' } | { status: 'FAILED'; errors: ReadonlyMap<number, readonly RowError[]> },
  policy: string | null = null,
): Promise<boolean> {
  const errors = rows.map((row) => ('errors' in to ? JSON.stringify(to.errors.get(row) ?? []) : null));
  const moved = await tx.query(
    `UPDATE group_scheme.bulk_enrollment_rows AS r SET status = $3, errors = given.errors, policy_locator = $6, data = CASE WHEN $3 = 'QUOTED' THEN r.data END
     FROM unnest($2::int[], $5::jsonb[]) AS given(row, errors) WHERE r.job_id = $1 AND r.row_number = given.row AND r.status = $4`,
    [jobId, rows, to.status, from, errors, policy],
  );
  if (moved.rowCount !== rows.length) return false;
  if (to.status === 'ENROLLED' || to.status === 'FAILED') {
    await tx.query('UPDATE group_scheme.bulk_enrollment_jobs SET processed = processed + $2, failed_count = failed_count + $3 WHERE id = $1', [jobId, rows.length, to.status === 'FAILED' ? rows.length : 0]);
  }
  return true;
}

export async function countTry(pool: Pool, jobId: string, rows: readonly number[]): Promise<void> {
  await pool.query('UPDATE group_scheme.bulk_enrollment_rows SET tries = tries + 1 WHERE job_id = $1 AND row_number = ANY($2::int[])', [jobId, rows]);
}

/** What is left of the file is taken away. */
export async function skipOpen(tx: PoolClient, jobId: string): Promise<void> {
  await tx.query("UPDATE group_scheme.bulk_enrollment_rows SET status = 'SKIPPED', data = NULL WHERE job_id = $1 AND status IN ('STAGED', 'QUOTED')", [jobId]);
}

/** The job shows the first errors of its rows. */
export async function showErrors(tx: PoolClient | Pool, jobId: string): Promise<void> {
  await tx.query(
    `UPDATE group_scheme.bulk_enrollment_jobs SET errors = (
       SELECT coalesce(jsonb_agg(error ORDER BY row_number), '[]') FROM (
         SELECT row_number, jsonb_array_elements(errors) AS error FROM group_scheme.bulk_enrollment_rows WHERE job_id = $1 AND status = 'FAILED' ORDER BY row_number LIMIT $2) AS shown)
     WHERE id = $1`,
    [jobId, ERRORS_SHOWN_MAX],
  );
}
