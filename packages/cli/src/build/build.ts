/**
 * Builds what `start` runs: the bundles of the processes, the supergraph that the gateway serves, and the portals' pages. Each is made again only when a hash over
 * its sources says so.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundle, hashOfSources } from '../../../../scripts/bundle.mjs';
import { writeWhenChanged } from '../generate/files.ts';
import { hasSdl, inRoot, root, runnable, SUBGRAPHS } from '../repository.ts';
import { subgraphsPlugin } from './subgraphs-plugin.ts';

const dist = inRoot('packages/cli/dist');
const PROCESSES = ['gateway', 'subgraphs', 'workers'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The folder of the process bundles, made when it is not there. */
export function buildProcesses(): Promise<string> {
  const names = runnable();
  const folders = ['packages/cli/src', 'packages/kit/src', 'gateway/src', 'scripts', ...names.flatMap((name) => [`subgraphs/${name}/src`, `subgraphs/${name}/generated`])];
  return bundle({
    dist,
    name: 'processes',
    hash: hashOfSources(root, folders, names.join()),
    entryPoints: PROCESSES.map((name) => inRoot('packages/cli/src/processes', `${name}.ts`)),
    plugins: [subgraphsPlugin],
  });
}

/** The file of the supergraph to serve: the committed one, or, while services are still without code, one composed of those that run where they can do without. */
export async function buildSupergraph(): Promise<string> {
  const names = runnable();
  const committed = inRoot('schema/supergraph.graphql');
  if (SUBGRAPHS.filter(hasSdl).length === names.length) return committed;
  const { supergraph } = await import('../generate/supergraph.ts');
  const file = join(dist, 'supergraph.graphql');
  try {
    writeWhenChanged(file, supergraph(names));
  } catch {
    return committed;
  }
  return file;
}

/** The portals that have pages to build. */
export const portals = (): string[] =>
  existsSync(inRoot('portals')) ? readdirSync(inRoot('portals')).filter((name) => existsSync(inRoot('portals', name, 'index.html'))) : [];

function hashOfPortal(name: string): string {
  const hash = createHash('sha256').update(readFileSync(inRoot('pnpm-lock.yaml')));
  const dir = inRoot('portals', name);
  for (const file of readdirSync(dir, { recursive: true }).map(String).sort()) {
    if (/(^|\/)(node_modules|dist)(\/|$)/.test(file) || !statSync(join(dir, file)).isFile()) continue;
    hash.update(`\0${file}\0`).update(readFileSync(join(dir, file)));
  }
  return hash.digest('hex');
}

/** Builds a portal with Vite; answers whether it had to. */
export async function buildPortal(name: string): Promise<boolean> {
  const dir = inRoot('portals', name);
  const stamp = join(dir, 'dist/.hash');
  const hash = hashOfPortal(name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  const vite = join(dirname(createRequire(join(dir, 'package.json')).resolve('vite/package.json')), 'bin/vite.js');
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } });
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The portal ${name} does not build:\n${output.join('')}`);
  writeFileSync(stamp, hash);
  return true;
}
