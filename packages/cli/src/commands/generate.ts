/**
 * `pnpm generate [service …]`: Prisma schema and client from the migrated database, resolver types from the SDL, and the supergraph. A service whose inputs have
 * not changed is left alone; `--force` makes it again.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { envExample } from '@olly/kit/config';
import { migrate } from '@olly/kit/migrate';
import { connect, schemaOf, startEmbedded, withDatabase } from '@olly/kit/postgres';
import { readCatalog } from '../generate/catalog.ts';
import { generateEvents } from '../generate/events.ts';
import { inputsOf, isCurrent, stamp, writeWhenChanged } from '../generate/files.ts';
import { prismaSchema } from '../generate/prisma-schema.ts';
import { chosen, hasMigrations, hasSdl, inRoot, migrationsOf, root, runnable, SUBGRAPHS } from '../repository.ts';

const PARALLEL = 2;

export default async function generate(args: readonly string[]): Promise<void> {
  const isForced = args.includes('--force');
  const names = chosen(args.filter((arg) => !arg.startsWith('--')));
  await generateFor(names, isForced, console.log);
  const events = await generateEvents();
  if (events.length > 0) console.log(`wrote ${events.length} files of schema/events`);
}

/** Brings generated files up to date; answers the services that were made again. */
export async function generateFor(names: readonly string[], isForced: boolean, say: (line: string) => void): Promise<string[]> {
  writeWhenChanged(inRoot('.env.example'), envExample());
  const stale = names.filter((name) => (hasSdl(name) || hasMigrations(name)) && (isForced || !isCurrent(name)));
  const inputs = new Map(stale.map((name) => [name, inputsOf(name)]));
  const withTables = stale.filter(hasMigrations);
  if (withTables.length > 0) await writePrismaSchemas(withTables);
  await eachOf(withTables, PARALLEL, runPrisma);
  if (stale.some(hasSdl)) {
    const { resolverTypes } = await import('../generate/resolvers.ts');
    const { sdlOf } = await import('../generate/supergraph.ts');
    for (const name of stale.filter(hasSdl)) writeWhenChanged(inRoot('subgraphs', name, 'generated/resolvers.ts'), await resolverTypes(name, sdlOf(name)));
  }
  for (const name of stale) {
    stamp(name, inputs.get(name) as string);
    say(`generated ${name}`);
  }
  if (stale.length > 0 || !existsSync(inRoot('schema/supergraph.graphql'))) {
    // Neighbours may be half written: their faults are told, and stop only a whole run of a whole house.
    await compose(say).catch((error: Error) => {
      if (names.length === SUBGRAPHS.length && runnable().length === SUBGRAPHS.length) throw error;
      say(error.message.split('\n').slice(0, 2).join(' '));
    });
  }
  return stale;
}

async function compose(say: (line: string) => void): Promise<void> {
  const { supergraph } = await import('../generate/supergraph.ts');
  if (writeWhenChanged(inRoot('schema/supergraph.graphql'), supergraph())) say('composed schema/supergraph.graphql');
}

async function eachOf<T>(items: readonly T[], width: number, run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: width }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  }));
}

/** Migrates each service into a PostgreSQL made for this and thrown away, and writes down what it finds there. */
async function writePrismaSchemas(names: readonly string[]): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'olly-generate-'));
  const server = await startEmbedded({ dir, isDurable: false, maxConnections: 20 });
  try {
    const admin = await connect(server.url, 'olly-generate');
    for (const name of names) await admin.query(`CREATE DATABASE "${name}"`);
    await admin.end();
    for (const name of names) {
      const url = withDatabase(server.url, name);
      await migrate({ url, schema: schemaOf(name), dir: migrationsOf(name), direction: 'up', isVerified: false });
      const client = await connect(url, 'olly-generate');
      const catalog = await readCatalog(client, schemaOf(name)).finally(() => client.end());
      writeWhenChanged(inRoot('prisma', `${name}.prisma`), prismaSchema(name, catalog));
    }
  } finally {
    await server.stop();
    rmSync(dirname(server.dataDir), { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Prisma would download an engine that generating does not need; any existing program named here stops it. */
async function runPrisma(name: string): Promise<void> {
  const cli = join(dirname(createRequire(inRoot('package.json')).resolve('prisma/package.json')), 'build/index.js');
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'generate', '--schema', join('prisma', `${name}.prisma`), '--no-hints'], {
      cwd: root,
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`prisma generate failed for ${name}:\n${output.join('')}`);
}
