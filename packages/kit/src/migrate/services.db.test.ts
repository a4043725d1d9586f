/**
 * What holds for the migrations of every service: they reverse, they make what the seed names, and the service's role can only do what it should. A service joins by having
 * a file in its migrations folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../postgres/index.ts';
import { migrationsDir, repositoryRoot, scratchDatabase, type TestDatabase, testDatabase } from '../testing/index.ts';
import { migrate, readMigrations, verifyChecksums } from './index.ts';

interface Seed {
  readonly databases: Readonly<Record<string, { readonly schema: string; readonly tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, string | null>> }>> }>>;
}
const root = repositoryRoot();
const seed = JSON.parse(readFileSync(join(root, 'packages/kit/src/testing/seed-tables.json'), 'utf8')) as Seed;
const services = readdirSync(join(root, 'subgraphs')).filter((name) => readMigrations(migrationsDir(name)).length > 0);

/** What the seed calls immutable or a ledger. */
const APPEND_ONLY: Readonly<Record<string, readonly string[]>> = { claims: ['claim_events'], consent: ['consent_audit'], billing: ['ledger_entries'] };

async function columnsOf(db: TestDatabase): Promise<Map<string, string>> {
  const { rows } = await db.pool.query<{ name: string; type: string }>(
    "SELECT table_name || '.' || column_name AS name, udt_name AS type FROM information_schema.columns WHERE table_schema = $1 AND table_name <> 'goose_db_version'",
    [db.schema],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

describe.each(services)('the migrations of %s', (name) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase(name);
  });
  afterAll(() => db.close());

  it('are what CHECKSUMS says', () => {
    expect(() => verifyChecksums(migrationsDir(name))).not.toThrow();
  });

  it('go up, down and up again, file by file', async () => {
    const fresh = await scratchDatabase();
    const options = { url: fresh.ownerUrl, schema: db.schema, dir: migrationsDir(name), isVerified: false };
    for (const { version } of readMigrations(options.dir)) {
      await migrate({ ...options, direction: 'up', to: version });
      await migrate({ ...options, direction: 'down' });
      await migrate({ ...options, direction: 'up', to: version });
    }
    await migrate({ ...options, direction: 'down', to: 0 });
    await migrate({ ...options, direction: 'up' });
    expect(await columnsOf({ ...fresh, schema: db.schema })).toEqual(await columnsOf(db));
    await fresh.close();
  });

  it('make every table and column of the seed', async () => {
    const columns = await columnsOf(db);
    const wanted = Object.entries(seed.databases[name]?.tables ?? {}).flatMap(([table, { columns: names }]) => Object.entries(names).map(([column, type]) => [`${table}.${column}`, type] as const));
    expect(wanted.filter(([column, type]) => !columns.has(column) || (type !== null && columns.get(column) !== type)).map(([column]) => column)).toEqual([]);
  });

  it('match the Prisma schema, model by model', async () => {
    const text = readFileSync(join(root, 'prisma', `${name}.prisma`), 'utf8');
    const tables = new Set([...(await columnsOf(db)).keys()].map((column) => column.split('.')[0] as string));
    const models = new Map([...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, model, body]) => [model as string, body as string]));
    const fields = [...models].flatMap(([model, body]) => [...body.matchAll(/^ {2}(\w+) (\w+)(?!.*@relation)/gm)].map(([, field]) => `${model}.${field}`));
    expect([...models.keys()].sort()).toEqual([...tables].sort());
    expect(fields.sort()).toEqual([...(await columnsOf(db)).keys()].sort());
  });

  it('give the service rows to work with and nothing to own', async () => {
    const { rows } = await db.pool.query(
      `SELECT c.relname FROM pg_class c WHERE c.relowner = current_user::regrole UNION ALL SELECT n.nspname FROM pg_namespace n WHERE n.nspowner = current_user::regrole`,
    );
    expect(rows).toEqual([]);
    await expect(db.pool.query(`CREATE TABLE ${db.schema}.mine (id int)`)).rejects.toThrow('permission denied');
    await expect(db.pool.query(`DELETE FROM ${db.schema}.goose_db_version`)).rejects.toThrow('permission denied');
  });

  it.each(APPEND_ONLY[name] ?? [])(`keep %s append-only (COMMENT ON TABLE … IS 'append-only: why')`, async (table) => {
    const can = async (right: string) => (await db.pool.query('SELECT has_table_privilege($1, $2) AS can', [`${db.schema}.${table}`, right])).rows[0].can;
    expect([await can('INSERT'), await can('UPDATE'), await can('DELETE')]).toEqual([true, false, false]);
  });
});

describe('the databases of the cluster', () => {
  it('are closed to the roles of other services', async () => {
    const mine = await testDatabase('claims');
    const other = await testDatabase('billing');
    const intruder = new URL(other.url);
    intruder.pathname = `/${mine.database}`;
    await expect(connect(intruder.toString(), 'intruder').then((client) => client.end())).rejects.toThrow('permission denied for database');
    await mine.close();
    await other.close();
  });
});
