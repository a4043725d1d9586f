/**
 * Vitest's global setup of the projects that need PostgreSQL: one server for the run, in a temporary folder, without fsync. It goes when the run
 * ends, also when the run fails or is killed: a watchdog outlives neither.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbedded } from '../postgres/index.ts';

/** Waits for the run's process to go, then ends the server and removes its files; what a kill -9 leaves is cleaned up too. */
const WATCHDOG = 'while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done; kill -QUIT "$2" 2>/dev/null; sleep 1; rm -rf "$3" "$4"';

export default async function setup(): Promise<() => Promise<void>> {
  // The second project that asks shares the first one's server.
  if (process.env.OLLY_TEST_CLUSTER_URL) return async () => {};
  const dir = mkdtempSync(join(tmpdir(), 'olly-test-'));
  const server = await startEmbedded({ dir, isDurable: false, maxConnections: 300 });
  process.env.OLLY_TEST_CLUSTER_URL = server.url;
  const home = dirname(server.dataDir);
  if (process.platform !== 'win32') {
    spawn('sh', ['-c', WATCHDOG, 'olly-watchdog', String(process.pid), String(server.pid), dir, home], { detached: true, stdio: 'ignore' }).unref();
  }
  return async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
    delete process.env.OLLY_TEST_CLUSTER_URL;
  };
}
