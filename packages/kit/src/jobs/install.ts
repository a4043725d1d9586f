/**
 * Puts graphile-worker's schema into a service's database. The owner runs its migrations; the service role gets rows to read and write, through grants
 * and row-level policies (the library switches row security on), and still owns nothing. Runs at every start, after the service's migrations.
 */
import { runMigrations } from 'graphile-worker';
import type { Client } from 'pg';
import { connect } from '../postgres/index.ts';

export const JOBS_SCHEMA = 'graphile_worker';
const POLICY = 'olly_service';
const LOCK = 7_201_403;

/** Installs or upgrades the jobs' schema and gives the service role its rights. */
export async function installJobs(ownerUrl: string, serviceRole: string): Promise<void> {
  const owner = await connect(ownerUrl, 'olly-jobs-install');
  try {
    await owner.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await runMigrations({ connectionString: ownerUrl, schema: JOBS_SCHEMA });
    await grant(owner, `"${serviceRole.replaceAll('"', '""')}"`);
  } finally {
    await owner.end();
  }
}

async function grant(owner: Client, role: string): Promise<void> {
  const { rows } = await owner.query<{ table: string; hasRowSecurity: boolean; hasPolicy: boolean }>(
    `SELECT c.relname AS table, c.relrowsecurity AS "hasRowSecurity",
            EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = $2) AS "hasPolicy"
     FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' ORDER BY c.relname`,
    [JOBS_SCHEMA, POLICY],
  );
  await owner.query('BEGIN');
  await owner.query(`GRANT USAGE ON SCHEMA ${JOBS_SCHEMA} TO ${role}`);
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOBS_SCHEMA} TO ${role}`);
  await owner.query(`REVOKE INSERT, UPDATE, DELETE ON ${JOBS_SCHEMA}.migrations FROM ${role}`);
  await owner.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${JOBS_SCHEMA} TO ${role}`);
  await owner.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${JOBS_SCHEMA} TO ${role}`);
  for (const { table, hasRowSecurity, hasPolicy } of rows) {
    if (hasRowSecurity && !hasPolicy) await owner.query(`CREATE POLICY ${POLICY} ON ${JOBS_SCHEMA}."${table}" TO ${role} USING (true) WITH CHECK (true)`);
  }
  await owner.query('COMMIT');
}
