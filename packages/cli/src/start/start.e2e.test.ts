/**
 * The start command itself, as a person uses it: the script is started, killed in parts, stopped and started again. Both systems of this file are embedded ones with
 * data folders of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@olly/kit/postgres';
import { repositoryRoot } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFile } from '../running.ts';
import { isAlive } from './leftovers.ts';
import { moveClock } from './platform.ts';

const root = repositoryRoot();

interface Started {
  readonly dir: string;
  readonly port: number;
  child: ChildProcess;
  output: string;
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>, msMax = 200_000): Promise<void> {
  for (const deadline = Date.now() + msMax; !(await isTrue()); ) {
    if (Date.now() > deadline) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function spawnStart({ dir, port }: Pick<Started, 'dir' | 'port'>): Started {
  const { OLLY_TEST_CLUSTER_URL: _ours, DATABASE_URL: _given, NODE_ENV: _vitest, VITEST: _flag, ...env } = process.env;
  const child = spawn(process.execPath, ['scripts/olly.mjs', 'start'], { cwd: root, env: { ...env, PORT: String(port), OLLY_DATA_DIR: dir }, stdio: ['ignore', 'pipe', 'pipe'] });
  const started: Started = { dir, port, child, output: '' };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => {
    started.output += String(chunk);
  });
  return started;
}

const runOf = ({ dir }: Started): RunFile => JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunFile;
const isReady = ({ port }: Started): Promise<boolean> => fetch(`http://127.0.0.1:${port}/readyz`).then(({ status }) => status === 200, () => false);

async function ready(started: Started): Promise<Started> {
  await until('the system runs', () => {
    if (started.child.exitCode !== null) throw new Error(`start ended with ${started.child.exitCode}:\n${started.output}`);
    return started.output.includes('Olly runs.');
  });
  expect(await isReady(started), started.output).toBe(true);
  return started;
}

async function end(started: Started, signal: NodeJS.Signals): Promise<number | null> {
  const gone = new Promise<number | null>((resolve) => started.child.once('exit', resolve));
  started.child.kill(signal);
  return gone;
}

describe('pnpm start', () => {
  let one: Started;
  let two: Started;
  beforeAll(async () => {
    const places = await Promise.all(['one', 'two'].map(async (name) => ({ dir: mkdtempSync(join(tmpdir(), `olly-start-${name}-`)), port: await freePort() })));
    [one, two] = places.map(spawnStart) as [Started, Started];
    await Promise.all([one, two].map(ready));
  });
  afterAll(async () => {
    for (const { child, dir } of [one, two].filter(Boolean)) {
      if (child.exitCode === null) await end({ child } as Started, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('runs two systems side by side, each with ports, processes and data of its own', () => {
    const [a, b] = [runOf(one), runOf(two)];
    const ports = [a, b].flatMap(({ url, databaseUrl, subgraphs }) => [url, databaseUrl, ...Object.values(subgraphs)].map((text) => new URL(text).port));
    expect(new Set(ports).size).toBe(ports.length);
    expect(Object.keys(a.processes).sort()).toEqual(['gateway', 'postgres', 'subgraphs', 'supervisor', 'workers']);
    expect(a.serviceSecret).not.toBe(b.serviceSecret);
  });

  it('refuses a second start from the same folder, and leaves the first alone', async () => {
    const second = spawnStart({ dir: one.dir, port: one.port });
    const code = await new Promise((resolve) => second.child.once('exit', resolve));
    expect(code).toBe(1);
    expect(second.output).toContain('Olly runs already');
    expect(await isReady(one)).toBe(true);
  });

  it.each(['subgraphs', 'workers', 'gateway', 'postgres'] as const)('starts %s again after a kill -9, under the same addresses', async (name) => {
    const before = runOf(one);
    const pid = before.processes[name] as number;
    process.kill(pid, 'SIGKILL');
    await until(`${name} is back`, async () => runOf(one).processes[name] !== pid && (await isReady(one)));
    const after = runOf(one);
    expect({ ...after, processes: {} }).toEqual({ ...before, processes: {} });
  });

  it('leaves nothing running after Ctrl-C, and finds its data at the next start', async () => {
    const run = runOf(one);
    await moveClock(86_400_000, { DATABASE_URL: run.databaseUrl });
    expect(await end(one, 'SIGINT')).toBe(0);
    expect(Object.entries(run.processes).filter(([, pid]) => isAlive(pid))).toEqual([]);
    one = await ready(spawnStart(one));
    expect(await moveClock(0, { DATABASE_URL: runOf(one).databaseUrl })).toBe(86_400_000);
    expect(runOf(one).serviceSecret).toBe(run.serviceSecret);
  });

  it('takes up what a killed supervisor leaves: its processes end, PostgreSQL is adopted', async () => {
    const run = runOf(one);
    await end(one, 'SIGKILL');
    one = await ready(spawnStart(one));
    const again = runOf(one);
    expect(again.processes.postgres).toBe(run.processes.postgres);
    for (const name of ['gateway', 'subgraphs', 'workers']) expect(isAlive(run.processes[name] as number), name).toBe(false);
    expect(await end(one, 'SIGTERM')).toBe(0);
    expect(isAlive(again.processes.postgres as number)).toBe(false);
  });
});
