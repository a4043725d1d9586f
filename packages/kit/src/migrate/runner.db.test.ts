import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratchDatabase, type TestDatabase } from '../testing/index.ts';
import { type MigrateOptions, migrate, writeChecksums } from './index.ts';

const FILES: Readonly<Record<string, string>> = {
  '0001_create_schema.sql': '-- +goose Up\nCREATE SCHEMA IF NOT EXISTS shop;\n-- +goose Down\nSELECT 1;\n',
  '0002_create_goods.sql': '-- +goose Up\nCREATE TABLE shop.goods (id int PRIMARY KEY);\n-- +goose Down\nDROP TABLE shop.goods;\n',
  '0003_index_goods.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY goods_id ON shop.goods (id);\n-- +goose Down\nDROP INDEX CONCURRENTLY shop.goods_id;\n',
};

describe('running migrations', () => {
  let db: TestDatabase;
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'olly-migrations-'));
  });
  beforeEach(async () => {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(dir, name), text);
    writeChecksums(dir);
    db = await scratchDatabase();
  });
  afterEach(() => db.close());
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const go = (direction: MigrateOptions['direction'], to?: number) => migrate({ url: db.ownerUrl, schema: 'shop', dir, direction, to });
  const versions = async () => (await db.pool.query('SELECT version_id FROM shop.goose_db_version ORDER BY id')).rows.map((row) => Number(row.version_id));
  const broken = (file: string, text: string) => {
    writeFileSync(join(dir, file), text);
    writeChecksums(dir);
  };

  it('goes up, down to nothing and up again, with the version rows that Goose writes', async () => {
    await go('up');
    expect(await versions()).toEqual([0, 1, 2, 3]);
    expect((await go('down')).changed.map(({ version }) => version)).toEqual([3]);
    await go('down', 0);
    expect(await versions()).toEqual([0]);
    await go('up');
    expect((await go('status')).states.every(({ isApplied }) => isApplied)).toBe(true);
  });

  it('runs each migration once when 20 start at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => go('up')));
    expect(await versions()).toEqual([0, 1, 2, 3]);
  });

  it('stops at an edited file before it touches the database', async () => {
    writeFileSync(join(dir, '0002_create_goods.sql'), `${FILES['0002_create_goods.sql']}-- changed\n`);
    await expect(go('up')).rejects.toThrow(/0002_create_goods\.sql:1: edited after it was merged/);
    expect((await db.pool.query("SELECT to_regnamespace('shop') AS schema")).rows[0].schema).toBeNull();
  });

  it('stops at a gap in the numbers', async () => {
    rmSync(join(dir, '0002_create_goods.sql'));
    await expect(go('up')).rejects.toThrow(/0003_index_goods\.sql:1: migration 2 is missing/);
  });

  it('stops at a gap in what was applied', async () => {
    await go('up');
    await db.pool.query('DELETE FROM shop.goose_db_version WHERE version_id = 2');
    await expect(go('up')).rejects.toThrow(/0002_create_goods\.sql:1: not applied, although version 3 is/);
  });

  it('tells file and line of a broken statement, and keeps what came before it', async () => {
    broken('0004_break.sql', '-- +goose Up\nCREATE TABLE shop.more (id int);\nCREATE TABLE shop.worse (\n  id nonsense\n);\n');
    await expect(go('up')).rejects.toThrow(/0004_break\.sql:4: type "nonsense" does not exist/);
    expect(await versions()).toEqual([0, 1, 2, 3]);
    expect((await db.pool.query("SELECT to_regclass('shop.more') AS t")).rows[0].t).toBeNull();
  });

  it('does not start on a database that a newer release has migrated', async () => {
    await go('up');
    await db.pool.query('INSERT INTO shop.goose_db_version (version_id, is_applied) VALUES (9, true)');
    await expect(go('up')).rejects.toThrow('a newer release has migrated it');
  });
});
