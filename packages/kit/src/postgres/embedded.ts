/**
 * The embedded PostgreSQL 18: makes a cluster, starts it in a session of its own, adopts one that a killed process left running, stops it.
 * What always holds: a kill -9 at any moment loses nothing that was committed, and the next start finds the same data.
 * The npm package is used for its binaries only; its own start would tie the server to the terminal's process group.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { binariesDir, type Home, homeOf, type RunAs } from './embedded-home.ts';
import { connect } from './pool.ts';

export interface EmbeddedOptions {
  /** A folder for the cluster; made when absent. */
  readonly dir: string;
  /** False for tests: nothing survives a power cut, everything is faster. */
  readonly isDurable?: boolean;
  readonly maxConnections?: number;
  /** The port to listen on, for a server that takes the place of one that died; a free one otherwise. */
  readonly port?: number;
  /** Told, in one line, what a person should know: another user, another place. */
  readonly onNotice?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** The administrator's URL. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True when a running server was found and taken over. */
  readonly isAdopted: boolean;
  readonly dataDir: string;
  /** Ends sessions, writes a checkpoint and waits until the server is gone. */
  stop(): Promise<void>;
}

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
const POLL_MS = 50;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts the cluster of a folder, or adopts the server that already runs on it. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dir, { recursive: true });
  const home = await homeOf(options.dir, options.onNotice ?? (() => {}));
  const dataDir = join(home.dir, 'data');
  const password = passwordOf(home);
  const running = await adopt(dataDir, password);
  if (running) return running;
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(home, dataDir);
  return launch(home, dataDir, password, options);
}

const adminUrl = (port: number, password: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;

function passwordOf(home: Home): string {
  const file = join(home.dir, 'password');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (home.runAs) chownSync(`${file}.new`, home.runAs.uid, home.runAs.gid);
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8').trim();
}

const asUser = (runAs: RunAs | undefined) => (runAs ? { uid: runAs.uid, gid: runAs.gid } : {});
const plainEnv = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}) };

/** Makes the cluster beside its place and moves it there whole, so that a kill in between leaves nothing half made. */
async function initialise(home: Home, dataDir: string): Promise<void> {
  const fresh = `${dataDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const passwordFile = join(home.dir, 'password');
  const args = ['-D', fresh, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(join(binariesDir(home), 'initdb'), args, { ...asUser(home.runAs), cwd: home.dir, env: plainEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`PostgreSQL could not make its cluster (initdb ended with ${code}):\n${output.join('').slice(-2000)}`);
  renameSync(fresh, dataDir);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

function readPidFile(dataDir: string): { pid: number; port: number } | undefined {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3] ?? 0) } : undefined;
  } catch {
    return undefined;
  }
}

/** True when the server behind a port serves this very folder. */
async function serves(url: string, dataDir: string): Promise<boolean> {
  try {
    const client = await connect(url, 'olly-embedded');
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    await client.end();
    return rows[0]?.data_directory === dataDir;
  } catch {
    return false;
  }
}

/** Takes over a living server. A pid file whose process is gone, or is somebody else's by now, is taken away. */
async function adopt(dataDir: string, password: string): Promise<EmbeddedPostgres | undefined> {
  const found = readPidFile(dataDir);
  if (!found) return undefined;
  const deadline = Date.now() + START_MS_MAX;
  while (isAlive(found.pid) && isPostgres(found.pid) && Date.now() < deadline) {
    const port = readPidFile(dataDir)?.port ?? 0;
    if (port > 0 && (await serves(adminUrl(port, password), dataDir))) return handle({ pid: found.pid, port, password, dataDir, isAdopted: true });
    await pause(POLL_MS * 4);
  }
  if (isAlive(found.pid) && isPostgres(found.pid)) throw new Error(`A PostgreSQL with process id ${found.pid} holds ${dataDir} and does not answer.`);
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  return undefined;
}

/** Process ids are used again; where /proc can tell, believe it. */
function isPostgres(pid: number): boolean {
  if (!existsSync('/proc/self/cmdline')) return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]?.endsWith('postgres') ?? false;
  } catch {
    return false;
  }
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Small on purpose: the whole house shares one machine's memory. TCP only, since socket paths have a length limit. */
function settings({ isDurable = true, maxConnections = 400 }: EmbeddedOptions): Record<string, string | number> {
  const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '96MB',
    max_wal_size: '512MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    io_method: 'sync',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    // Statements carry values, and so do errors' own words ("invalid input syntax for type uuid: …"): the log keeps neither. Services log an error's code and constraint.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(isDurable ? {} : fast),
  };
}

async function launch(home: Home, dataDir: string, password: string, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const logFile = join(home.dir, 'postgres.log');
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    const port = options.port ?? (await freePort());
    const flags = Object.entries(settings(options)).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const log = openSync(logFile, 'a');
    const child = spawn(join(binariesDir(home), 'postgres'), ['-D', dataDir, '-p', String(port), ...flags], {
      ...asUser(home.runAs),
      cwd: home.dir,
      env: plainEnv,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    let hasEnded = false;
    const ended = () => {
      hasEnded = true;
    };
    child.on('exit', ended);
    child.on('error', ended);
    child.unref();
    const url = adminUrl(port, password);
    while (!hasEnded && Date.now() < deadline) {
      if (await serves(url, dataDir)) return handle({ pid: child.pid as number, port, password, dataDir, isAdopted: false });
      await pause(POLL_MS);
    }
    // After a kill -9 of the postmaster its last backends hold the shared memory for a moment; a taken port passes as well.
    if (Date.now() >= deadline) throw new Error(`PostgreSQL did not start. Its last words:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    await pause(POLL_MS * 10);
    if (Date.now() > deadline - START_MS_MAX + 15_000) throw new Error(`PostgreSQL ended at its start. Its last words:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
  }
}

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly password: string;
  readonly dataDir: string;
  readonly isAdopted: boolean;
}

function handle({ pid, port, password, dataDir, isAdopted }: Running): EmbeddedPostgres {
  return {
    url: adminUrl(port, password),
    port,
    pid,
    isAdopted,
    dataDir,
    async stop() {
      for (const [signal, waitMs] of [['SIGINT', STOP_MS_MAX], ['SIGQUIT', 5_000], ['SIGKILL', 2_000]] as const) {
        if (!isAlive(pid)) return;
        try {
          process.kill(pid, signal);
        } catch {
          return;
        }
        const deadline = Date.now() + waitMs;
        while (isAlive(pid) && Date.now() < deadline) await pause(POLL_MS);
      }
    },
  };
}
