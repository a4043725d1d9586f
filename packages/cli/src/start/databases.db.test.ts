import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { databaseUrl, connect, type EmbeddedPostgres, startEmbedded } from '@olly/kit/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOG_DATABASE, prepareDatabases } from './databases.ts';
import { moveClock, parseShift } from './platform.ts';

describe('preparing a cluster', () => {
  let dir: string;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'olly-prepare-'));
    server = await startEmbedded({ dir, isDurable: false });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dirname(server.dataDir), { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
  });

  it('can be repeated, and applies nothing the second time', async () => {
    await prepareDatabases(server.url);
    const second: number[] = [];
    await prepareDatabases(server.url, ({ applied }) => second.push(applied));
    expect(second.every((applied) => applied === 0)).toBe(true);
  });

  it('lets the transport make its tables in the log’s database and nowhere else', async () => {
    const env = { DATABASE_URL: server.url };
    const log = await connect(databaseUrl(LOG_DATABASE, 'service', env), 'test');
    await log.query('CREATE TABLE t (id int); DROP TABLE t').finally(() => log.end());
    const platform = await connect(databaseUrl('olly_platform', 'service', env), 'test');
    await expect(platform.query('CREATE TABLE t (id int)')).rejects.toThrow('permission denied');
    await platform.end();
  });

  it('moves the demo’s clock, within ten years and never in production', async () => {
    const env = { DATABASE_URL: server.url };
    expect(await moveClock(parseShift('+45d'), env)).toBe(45 * 86_400_000);
    expect(await moveClock(parseShift('-1d'), env)).toBe(44 * 86_400_000);
    await expect(moveClock(parseShift('+9999d'), env)).rejects.toThrow('within ten years');
    expect(await moveClock(parseShift('reset'), env)).toBe(0);
    await expect(moveClock(1, { ...env, NODE_ENV: 'production' })).rejects.toThrow('production');
    expect(() => parseShift('tomorrow')).toThrow('+45d');
  });
});
