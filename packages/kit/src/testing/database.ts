/**
 * A database for each test file. One embedded PostgreSQL serves a whole run (see setup.ts); each service's migrations run once into a
 * template named by their content, and each file gets a copy of it. Tests connect as the service's own role, which owns nothing, so that
 * a missing right shows here and not in production.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client, Pool } from 'pg';
import { hashOfMigrations, migrate } from '../migrate/index.ts';
import { closeDatabase, connect, createPool, ensureRoles, grantDatabase, roleName, roleUrl, schemaOf, withDatabase } from '../postgres/index.ts';

export interface TestDatabase {
  /** As the service's role. */
  readonly url: string;
  /** As the owner, for what only a migration may do. */
  readonly ownerUrl: string;
  /** As the administrator, to look at the catalogue or make a fixture that the service may not. */
  readonly adminUrl: string;
  readonly database: string;
  readonly schema: string;
  /** As the service's role. */
  readonly pool: Pool;
  close(): Promise<void>;
}

const TEMPLATE_LOCK = 7_201_402;

/** The repository's root: the folder that holds the workspace file. */
export function repositoryRoot(from = dirname(fileURLToPath(import.meta.url))): string {
  for (let at = from; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, 'pnpm-workspace.yaml'))) return at;
  return process.cwd();
}

/** The administrator's URL of this run's PostgreSQL. */
export function testClusterUrl(): string {
  const url = process.env.OLLY_TEST_CLUSTER_URL;
  if (!url) throw new Error('There is no PostgreSQL for this test. Name the file *.db.test.ts or *.e2e.test.ts.');
  return url;
}

export const migrationsDir = (name: string): string => join(repositoryRoot(), 'subgraphs', name, 'migrations');

async function exists(admin: Client, database: string): Promise<boolean> {
  return ((await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])).rowCount ?? 0) > 0;
}

/** The migrated template of a service; made by whoever asks first. */
async function templateOf(admin: Client, cluster: string, name: string): Promise<string> {
  const dir = migrationsDir(name);
  const template = `template_${name}_${hashOfMigrations(dir).slice(0, 12)}`;
  await admin.query('SELECT pg_advisory_lock($1, hashtext($2))', [TEMPLATE_LOCK, name]);
  try {
    const { owner } = await ensureRoles(admin, cluster, name);
    if (await exists(admin, template)) return template;
    const building = `${template}_building`;
    await admin.query(`DROP DATABASE IF EXISTS "${building}" WITH (FORCE)`);
    await admin.query(`CREATE DATABASE "${building}" OWNER "${owner}"`);
    await migrate({ url: roleUrl(cluster, name, 'owner', building), schema: schemaOf(name), dir, direction: 'up', isVerified: false });
    await grantDatabase(cluster, name, building);
    await admin.query(`ALTER DATABASE "${building}" RENAME TO "${template}"`);
    return template;
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1, hashtext($2))', [TEMPLATE_LOCK, name]);
  }
}

/** A fresh copy of a service's migrated, empty database. Close it in `afterAll`. */
export async function testDatabase(name: string): Promise<TestDatabase> {
  const cluster = testClusterUrl();
  const admin = await connect(cluster, 'olly-test');
  const database = `test_${name}_${randomBytes(5).toString('hex')}`;
  try {
    const template = await templateOf(admin, cluster, name);
    // Two copies of one template at once wait for each other's lock on the template, not for a retry here.
    await admin.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [TEMPLATE_LOCK, name]);
    await admin.query(`CREATE DATABASE "${database}" TEMPLATE "${template}" OWNER "${roleName(name, 'owner')}"`);
    await closeDatabase(admin, database, roleName(name, 'service'));
  } finally {
    await admin.end();
  }
  return open(cluster, database, name);
}

/** An empty database of the administrator's own, for tests of the kit's mechanisms; `sql` makes its tables. */
export async function scratchDatabase(sql = ''): Promise<TestDatabase> {
  const cluster = testClusterUrl();
  const admin = await connect(cluster, 'olly-test');
  const database = `scratch_${randomBytes(5).toString('hex')}`;
  await admin.query(`CREATE DATABASE "${database}"`).finally(() => admin.end());
  const test = open(cluster, database);
  if (sql) await test.pool.query(sql);
  return test;
}

function open(cluster: string, database: string, name?: string): TestDatabase {
  const adminUrl = withDatabase(cluster, database);
  const url = name ? roleUrl(cluster, name, 'service', database) : adminUrl;
  const pool = createPool({ url, name: 'olly-test', max: 10 });
  return {
    url,
    ownerUrl: name ? roleUrl(cluster, name, 'owner', database) : adminUrl,
    adminUrl,
    database,
    schema: name ? schemaOf(name) : 'public',
    pool,
    async close() {
      await pool.end();
      const client = await connect(cluster, 'olly-test');
      await client.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`).finally(() => client.end());
    },
  };
}
