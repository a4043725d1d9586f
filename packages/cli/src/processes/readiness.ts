/**
 * What `/readyz` asks of the databases: each is reached, has this release's migrations, and its outbox has not waited longer than a minute. One connection a service.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { versionOf } from '@olly/kit/migrate';
import { createPool, databaseUrl, schemaOf } from '@olly/kit/postgres';

const LAG_SECONDS_MAX = 60;

/** The newest migration of a service in this release. */
function newest(root: string, name: string): number {
  const dir = join(root, 'subgraphs', name, 'migrations');
  return existsSync(dir) ? Math.max(0, ...readdirSync(dir).filter((file) => file.endsWith('.sql')).map(versionOf)) : 0;
}

export interface Readiness {
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  stop(): Promise<void>;
}

export function readiness(root: string, names: readonly string[]): Readiness {
  const services = names.map((name) => ({ name, schema: schemaOf(name), version: newest(root, name), pool: createPool({ url: databaseUrl(name), name: 'olly-ready', max: 1 }) }));
  const all = async (check: (service: (typeof services)[number]) => Promise<void>) => {
    await Promise.all(services.map(check));
  };
  const checks = {
    databases: () => all(async ({ pool }) => {
      await pool.query('SELECT 1');
    }),
    migrations: () => all(async ({ name, schema, version, pool }) => {
      const { rows } = await pool.query<{ isThere: boolean }>(`SELECT EXISTS (SELECT FROM "${schema}".goose_db_version WHERE version_id = $1 AND is_applied) AS "isThere"`, [version]);
      if (!rows[0]?.isThere) throw new Error(`${name} lacks migration ${version}`);
    }),
    outbox_lag: () => all(async ({ name, schema, pool }) => {
      const { rows: [table] } = await pool.query<{ has: boolean }>('SELECT to_regclass($1) IS NOT NULL AS has', [`"${schema}".outbox`]);
      if (!table?.has) return;
      const { rows } = await pool.query<{ isLate: boolean }>(
        `SELECT EXISTS (SELECT FROM "${schema}".outbox WHERE published_at IS NULL AND failed_at IS NULL AND created_at < now() - make_interval(secs => $1)) AS "isLate"`,
        [LAG_SECONDS_MAX],
      );
      if (rows[0]?.isLate) throw new Error(`the outbox of ${name} waits`);
    }),
  };
  return { checks, stop: async () => void (await Promise.all(services.map(({ pool }) => pool.end()))) };
}
