/**
 * `pnpm demo:reset`: takes away everything that the demo holds, so that the next look finds it freshly seeded. A running system does it in place: its processes stop,
 * the databases are dropped and made again, and it goes on under the same address.
 */
import { readSettings } from '@olly/kit/config';
import { startEmbedded } from '@olly/kit/postgres';
import { join } from 'node:path';
import { dataDir, readRun } from '../running.ts';
import { dropDatabases } from '../start/databases.ts';
import { isAlive } from '../start/leftovers.ts';

const RESET_MS_MAX = 300_000;
const POLL_MS = 250;

export default async function command(): Promise<void> {
  const settings = readSettings();
  if (settings.NODE_ENV === 'production') throw new Error('There is no demo in production, and nothing is taken away there.');
  const run = readRun();
  const supervisor = run?.processes.supervisor;
  if (run && supervisor && isAlive(supervisor)) {
    process.kill(supervisor, 'SIGUSR2');
    for (const deadline = Date.now() + RESET_MS_MAX; readRun()?.resets === run.resets; ) {
      if (Date.now() > deadline || !isAlive(supervisor)) throw new Error('The running system did not come back.');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    console.log(`The demo at ${run.url} is as new.`);
    return;
  }
  const server = settings.DATABASE_URL ? undefined : await startEmbedded({ dir: join(dataDir(), 'postgres') });
  await dropDatabases(settings.DATABASE_URL ?? (server?.url as string)).finally(() => server?.stop());
  console.log('The demo is empty; the next start seeds it.');
}
