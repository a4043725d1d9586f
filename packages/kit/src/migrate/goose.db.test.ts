/**
 * The stock goose command line takes over a database that our runner made, and ours takes it back. Goose is built from its pinned source once, into a cache folder; where Go is missing
 * the test says that it was skipped, and with CI set that is a failure.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchDatabase, type TestDatabase } from '../testing/index.ts';
import { migrate } from './index.ts';

const GOOSE = 'github.com/pressly/goose/v3/cmd/goose';
const VERSION = 'v3.26.0';
const BUILD_MS_MAX = 480_000;

const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'olly', `goose-${VERSION}`);
const isSkipped = !hasGo && !existsSync(join(cache, 'goose')) && !process.env.CI;
if (isSkipped) console.warn('Skipped: the stock goose command line needs Go to be built, and there is none.');

const FILES: Readonly<Record<string, string>> = {
  '0001_create_schema.sql': '-- +goose Up\nCREATE SCHEMA IF NOT EXISTS shop;\n-- +goose Down\nSELECT 1;\n',
  '0002_create_goods.sql': "-- +goose Up\nCREATE TABLE shop.goods (id int PRIMARY KEY); -- why\n-- +goose StatementBegin\nCREATE FUNCTION shop.one() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND;\n$$;\n-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION shop.one();\nDROP TABLE shop.goods;\n",
  '0003_index_goods.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY goods_id ON shop.goods (id);\n-- +goose Down\nDROP INDEX CONCURRENTLY shop.goods_id;\n',
};

describe.skipIf(isSkipped)('the stock goose command line', () => {
  let db: TestDatabase;
  let dir: string;
  beforeAll(async () => {
    if (!existsSync(join(cache, 'goose'))) {
      mkdirSync(cache, { recursive: true });
      const tags = 'no_clickhouse no_libsql no_mssql no_mysql no_sqlite3 no_vertica no_ydb';
      execFileSync('go', ['install', '-tags', tags, `${GOOSE}@${VERSION}`], { env: { ...process.env, GOBIN: cache }, stdio: 'ignore' });
    }
    dir = mkdtempSync(join(tmpdir(), 'olly-goose-'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(dir, name), text);
    db = await scratchDatabase();
  }, BUILD_MS_MAX);
  afterAll(async () => {
    await db?.close();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  const goose = (...args: string[]) => {
    const result = spawnSync(join(cache, 'goose'), ['-dir', dir, '-table', 'shop.goose_db_version', 'postgres', `${db.ownerUrl}?sslmode=disable`, ...args], { encoding: 'utf8' });
    expect(result.status, result.stderr).toBe(0);
    return result.stdout + result.stderr;
  };
  const ours = (direction: 'up' | 'down' | 'status', to?: number) => migrate({ url: db.ownerUrl, schema: 'shop', dir, direction, to, isVerified: false });
  const table = async () => {
    const { rows } = await db.pool.query(
      `SELECT column_name, data_type, is_nullable, is_identity, column_default FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'goose_db_version' ORDER BY ordinal_position`,
    );
    return rows;
  };

  it('sees what our runner applied, goes down and up, and hands back', async () => {
    await ours('up');
    const made = await table();
    expect(goose('status')).not.toMatch(/Pending/);
    goose('down');
    expect((await ours('status')).states.map(({ isApplied }) => isApplied)).toEqual([true, true, false]);
    goose('down');
    expect((await ours('up')).changed.map(({ version }) => version)).toEqual([2, 3]);
    goose('down-to', '0');
    goose('up');
    expect((await ours('up')).changed).toEqual([]);
    expect(await table()).toEqual(made);
  });

  it('makes the same version table as ours, with the same first row', async () => {
    const made = await table();
    const first = 'SELECT version_id, is_applied FROM shop.goose_db_version ORDER BY id LIMIT 1';
    const row = (await db.pool.query(first)).rows;
    await db.pool.query('DROP SCHEMA shop CASCADE; CREATE SCHEMA shop');
    goose('up');
    expect(await table()).toEqual(made);
    expect((await db.pool.query(first)).rows).toEqual(row);
  });
});
