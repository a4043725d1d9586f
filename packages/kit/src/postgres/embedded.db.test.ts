/**
 * The embedded server's own promises, on clusters of its own: found again, adopted, alive after kill -9, inside a 0700 folder.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type EmbeddedPostgres, startEmbedded } from './index.ts';

describe('the embedded PostgreSQL', () => {
  let dir: string;
  let server: EmbeddedPostgres | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'olly-embedded-'));
    chmodSync(dir, 0o755);
  });
  afterEach(async () => {
    await server?.stop();
    if (server) rmSync(dirname(server.dataDir), { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
    server = undefined;
  });

  const query = async (sql: string) => {
    const client = await connect(server?.url as string, 'test');
    return client.query(sql).finally(() => client.end());
  };
  const count = async () => (await query('SELECT count(*)::int AS n FROM kept')).rows[0].n;
  const hasGone = (pid: number) => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it('finds its data after a stop, adopts a server that runs, and loses nothing to kill -9', async () => {
    server = await startEmbedded({ dir });
    await query('CREATE TABLE kept (id int)');
    await query('INSERT INTO kept VALUES (1)');
    const first = server;
    server = await startEmbedded({ dir });
    expect([server.isAdopted, server.pid, server.port]).toEqual([true, first.pid, first.port]);
    await server.stop();
    expect(hasGone(first.pid)).toBe(true);

    server = await startEmbedded({ dir });
    expect([server.isAdopted, await count()]).toEqual([false, 1]);
    await query('INSERT INTO kept VALUES (2)');
    process.kill(server.pid, 'SIGKILL');
    server = await startEmbedded({ dir });
    expect([server.isAdopted, await count()]).toEqual([false, 2]);
  });

  it('runs in a session of its own, so that a Ctrl-C in the terminal does not reach it', async () => {
    server = await startEmbedded({ dir, isDurable: false });
    if (existsSync('/proc/self/stat')) {
      const session = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];
      expect(Number(session)).toBe(server.pid);
    }
    expect((await query('SHOW server_version_num')).rows[0].server_version_num).toMatch(/^18/);
  });

  it('works inside a folder that only its owner may enter, and finds the same place again', async () => {
    const shut = join(dir, 'shut');
    mkdirSync(shut, { mode: 0o700 });
    const inner = join(shut, 'postgres');
    const notices: string[] = [];
    server = await startEmbedded({ dir: inner, isDurable: false, onNotice: (line) => notices.push(line) });
    const home = server.dataDir;
    await server.stop();
    server = await startEmbedded({ dir: inner, isDurable: false });
    expect(server.dataDir).toBe(home);
    const isRoot = process.getuid?.() === 0;
    expect(notices).toHaveLength(isRoot ? 1 : 0);
    expect(existsSync(join(inner, 'moved-to'))).toBe(isRoot);
  });
});
