/**
 * `pnpm test [vitest's arguments]`: brings generated files up to date, runs the suite, and closes with a summary: what ran, at which scale, from which seed.
 * `--full` runs the heavy tests with their full numbers.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inRoot, root, SUBGRAPHS } from '../repository.ts';
import { generateFor } from './generate.ts';

export default async function command(args: readonly string[]): Promise<void> {
  const isFull = args.includes('--full');
  const scale = isFull ? '1' : (process.env.OLLY_SCALE ?? '0.05');
  const seed = process.env.OLLY_SEED ?? String(randomInt(2 ** 31));
  await generateFor(SUBGRAPHS, false, console.log);
  console.log(`Heavy tests run at scale ${scale} from seed ${seed}.`);
  const startedAt = Date.now();
  const vitest = join(dirname(createRequire(inRoot('package.json')).resolve('vitest/package.json')), 'vitest.mjs');
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...args.filter((arg) => arg !== '--full')], {
      cwd: root,
      env: { ...process.env, OLLY_SCALE: scale, OLLY_SEED: seed },
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(`${code === 0 ? 'Passed' : 'Failed'} in ${seconds} s; play it again with OLLY_SCALE=${scale} OLLY_SEED=${seed}.`);
  if (code !== 0) process.exitCode = 1;
}
