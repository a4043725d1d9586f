/**
 * A whole system for tests through the gateway: `node scripts/olly.mjs start` in a folder and on a port of its own, asked over HTTP as people ask, and looked into by
 * SQL as an operator may. `startHouse` makes one; `sharedHouse` is the one that setup.ts has started for the run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DemoClaims, signDemoToken } from '@olly/kit/auth';
import { createPool, freePort, type Pool, withDatabase } from '@olly/kit/postgres';
import { repositoryRoot } from '@olly/kit/testing';
import type { QueryResultRow } from 'pg';
import type { Ask, Ref } from '../demo/flow.ts';
import { tokenOf } from '../demo/personas.ts';
import type { RunFile } from '../running.ts';
import { ask, type Asked } from '../smoke/ask.ts';

const START_MS_MAX = 300_000;
const POLL_MS = 50;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Looks again until it is so; throws with the last that was seen. */
export async function until<T>(what: string, look: () => Promise<T> | T, isSo: (found: T) => boolean = Boolean, msMax = 60_000): Promise<T> {
  for (const deadline = Date.now() + msMax; ; await pause(POLL_MS)) {
    const found = await look();
    if (isSo(found)) return found;
    if (Date.now() > deadline) throw new Error(`waited too long until ${what}; it was ${JSON.stringify(found)?.slice(0, 600)}`);
  }
}

export interface House {
  readonly dir: string;
  /** Read anew each time: processes come and go. */
  readonly run: () => RunFile;
  readonly url: string;
  /** Gives a name a token, to be used wherever a persona is. */
  enter(name: string, claims: Partial<DemoClaims>): Promise<void>;
  /** A member who is this party. */
  enterMember(name: string, party: Ref): Promise<void>;
  tokenOf(name: string): Promise<string>;
  /** Data and errors of one operation; as nobody when no name is given. */
  ask(name: string | undefined, query: string, variables?: Record<string, unknown>): Promise<Asked>;
  /** The data; throws when there are errors. */
  readonly data: Ask;
  /** As the cluster's administrator, in one service's database. */
  sql<R extends QueryResultRow>(database: string, text: string, values?: readonly unknown[]): Promise<R[]>;
  /** The folder that holds PostgreSQL's data and log. */
  postgresHome(): Promise<string>;
  /** Lets go of connections; ends the system where this house has started it. */
  stop(): Promise<void>;
}

function houseIn(dir: string, url: string, end: () => Promise<void>): House {
  const pools = new Map<string, Pool>();
  const tokens = new Map<string, string>();
  const run = (): RunFile => JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunFile;
  const poolOf = (database: string): Pool => {
    const pool = pools.get(database) ?? createPool({ url: withDatabase(run().databaseUrl, database), name: 'olly-e2e', max: 2 });
    pools.set(database, pool);
    return pool;
  };
  const house: House = {
    dir,
    run,
    url,
    async enter(name, claims) {
      tokens.set(name, await signDemoToken(dir, { subject: `e2e-${name}`, roles: [], ...claims }));
    },
    enterMember: (name, { id, locator }) => house.enter(name, { roles: ['member'], party: { id, locator } }),
    async tokenOf(name) {
      const token = tokens.get(name) ?? (await tokenOf(poolOf('olly_platform'), dir, name));
      tokens.set(name, token);
      return token;
    },
    ask: async (name, query, variables) => ask(url, name === undefined ? undefined : await house.tokenOf(name), query, variables),
    async data(name, query, variables) {
      const { data, errors } = await house.ask(name, query, variables);
      if (errors.length > 0) throw new Error(errors.map(({ code, message, path }) => `${code} at ${path?.join('.') ?? 'the operation'}: ${message}`).join('\n'));
      return data;
    },
    sql: async <R extends QueryResultRow>(database: string, text: string, values: readonly unknown[] = []) => (await poolOf(database).query<R>(text, [...values])).rows,
    postgresHome: async () => dirname((await house.sql<{ data_directory: string }>('postgres', 'SHOW data_directory'))[0]?.data_directory as string),
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      await end();
    },
  };
  return house;
}

/** When whoever started it dies, the system is ended, and its files are taken away. */
const WATCHDOG = 'while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done; kill -TERM "$2" 2>/dev/null; while kill -0 "$2" 2>/dev/null; do sleep 1; done; rm -rf "$3"';

export interface HouseOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a system of its own and waits until it is there, seeded. */
export async function startHouse({ env: more = {} }: HouseOptions = {}): Promise<House & { readonly output: () => string }> {
  const dir = mkdtempSync(join(tmpdir(), 'olly-house-'));
  // PostgreSQL, which does not run as root, must be able to enter; otherwise its data would lie elsewhere and stay there
  chmodSync(dir, 0o755);
  const port = await freePort();
  const { OLLY_TEST_CLUSTER_URL: _cluster, DATABASE_URL: _given, NODE_ENV: _vitest, VITEST: _flag, ...env } = process.env;
  const child: ChildProcess = spawn(process.execPath, ['scripts/olly.mjs', 'start'], {
    cwd: repositoryRoot(),
    env: { ...env, PORT: String(port), OLLY_DATA_DIR: dir, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => {
    output += String(chunk);
  });
  if (process.platform !== 'win32') spawn('sh', ['-c', WATCHDOG, 'olly-watchdog', String(process.pid), String(child.pid), dir], { detached: true, stdio: 'ignore' }).unref();
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until('the system runs', () => {
      if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}`);
      return output.includes('Olly runs.');
    }, Boolean, START_MS_MAX);
  } catch (error) {
    await end();
    throw new Error(`${(error as Error).message}:\n${output}`);
  }
  return Object.assign(houseIn(dir, `http://127.0.0.1:${port}`, end), { output: () => output });
}

/** The system of this run; its `stop` lets go of connections only. */
export function sharedHouse(): House {
  const dir = process.env.OLLY_TEST_HOUSE;
  if (!dir) throw new Error('There is no system for this test. Name the file *.e2e.test.ts.');
  const { url } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunFile;
  return houseIn(dir, url, async () => {});
}
