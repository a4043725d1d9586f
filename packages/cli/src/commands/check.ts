/**
 * `pnpm check`: everything that must hold before a commit and needs no database of its own. Each step runs even when one before it failed, so that one run tells all.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyChecksums } from '@olly/kit/migrate';
import { checkEngines } from '../check/engines.ts';
import { generateEvents, hashOfEvents } from '../generate/events.ts';
import { hasMigrations, hasSdl, inRoot, migrationsOf, root, SUBGRAPHS } from '../repository.ts';
import { generateFor } from './generate.ts';

/** dependency-cruiser without a usable TypeScript checks nothing and passes; fewer modules than this is a failure. */
const MODULES_MIN = 100;

/** Libraries that ask for a newer Node than they need: build tools that CI runs on the oldest one each time. */
const RUNS_ALL_THE_SAME: ReadonlySet<string> = new Set([
  // a part of Prisma's command line that generating never loads
  '@prisma/streams-local',
  // what graphql-codegen would fetch remote schemas with; ours are files
  '@whatwg-node/disposablestack', '@whatwg-node/fetch', '@whatwg-node/node-fetch', '@whatwg-node/promise-helpers', 'sync-fetch',
]);

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function tool(name: string, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    const child = spawn(join(root, 'node_modules/.bin', name), args, { cwd: root, shell: process.platform === 'win32' });
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output.join('') }));
  });
}

async function passes(name: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await tool(name, ...args);
  if (code !== 0) throw new Error(output.trim());
}

/** Generated files that are committed must be those that the inputs give. */
async function generated(): Promise<void> {
  const committed = (path: string) => readFileSync(inRoot(path), 'utf8');
  const paths = ['.env.example', 'schema/supergraph.graphql', ...SUBGRAPHS.filter(hasMigrations).map((name) => `prisma/${name}.prisma`)];
  const before = new Map(paths.map((path) => [path, committed(path)]));
  await generateFor(SUBGRAPHS, true, () => {});
  const events = hashOfEvents();
  await generateEvents();
  if (hashOfEvents() !== events) throw new Error('not current, made again now: schema/events');
  const changed = paths.filter((path) => committed(path) !== before.get(path));
  if (changed.length > 0) throw new Error(`not current, made again now: ${changed.join(', ')}`);
}

async function boundaries(): Promise<void> {
  const { code, output } = await tool('depcruise', '--config', '.dependency-cruiser.cjs', 'packages', 'gateway', 'subgraphs');
  if (code !== 0) throw new Error(output.trim());
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  if (modules < MODULES_MIN) throw new Error(`only ${modules} modules were looked at; at least ${MODULES_MIN} are expected`);
}

const STEPS: Readonly<Record<string, () => Promise<void>>> = {
  'generated files are current': generated,
  'the subgraphs compose': async () => {
    const { supergraph } = await import('../generate/supergraph.ts');
    if (SUBGRAPHS.some(hasSdl)) supergraph();
  },
  'migrations are as merged': async () => {
    for (const name of SUBGRAPHS.filter(hasMigrations)) verifyChecksums(migrationsOf(name));
  },
  'libraries run on our oldest Node': async () => checkEngines(RUNS_ALL_THE_SAME),
  'types hold': () => passes('tsc', '--noEmit'),
  'lint passes': () => passes('biome', 'lint', '--error-on-warnings'),
  'parts keep to themselves': boundaries,
  'nothing is unused': () => passes('knip', '--no-progress'),
};

export default async function command(only: readonly string[]): Promise<void> {
  let failures = 0;
  for (const [title, step] of Object.entries(STEPS).filter(([name]) => only.every((word) => name.includes(word)))) {
    try {
      await step();
      console.log(`ok    ${title}`);
    } catch (error) {
      failures += 1;
      console.log(`FAIL  ${title}\n${(error as Error).message.replace(/^/gm, '      ')}`);
    }
  }
  if (failures > 0) process.exitCode = 1;
}
