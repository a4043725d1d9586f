/** `pnpm bench [figure …]`: measures; see bench/. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inRoot, root, SUBGRAPHS } from '../repository.ts';
import { generateFor } from './generate.ts';

export default async function command(args: readonly string[]): Promise<void> {
  await generateFor(SUBGRAPHS, false, () => {});
  const tsx = join(dirname(createRequire(inRoot('package.json')).resolve('tsx/package.json')), 'dist/cli.mjs');
  process.exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [tsx, inRoot('bench/src/main.ts'), ...args], { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
