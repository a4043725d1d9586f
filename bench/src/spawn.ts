/**
 * Processes under test: built to JavaScript as in production, pinned to one core where `taskset` exists, each telling the runner where it
 * listens. The runner ends exactly what it started. With `BENCH_PROFILE_DIR` set, each leaves a CPU profile there: figures are then for looking
 * where time goes, not for quoting.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const built = new Map<string, Promise<string>>();
let started = 0;
/** A process may have its whole work done before it says anything. */
const START_MS_MAX = 150_000;
const HERTZ = 100;

const isBare = /^[^./]/;

/** Bundles a process of `src/processes`; other people's packages stay where they are installed. */
function buildProcess(name: string): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const outfile = join(import.meta.dirname, '../dist', `${name}.${process.pid}.mjs`);
  const made = build({
    entryPoints: [join(import.meta.dirname, 'processes', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'installed-packages',
        setup(api) {
          api.onResolve({ filter: isBare }, async ({ path, resolveDir, kind, pluginData }) => {
            if (path.startsWith('node:') || path.startsWith('@olly/') || pluginData === 'resolving') return undefined;
            const found = await api.resolve(path, { resolveDir, kind, pluginData: 'resolving' });
            return { path: found.path || path, external: true };
          });
        },
      },
    ],
  }).then(() => {
    process.once('exit', () => rmSync(outfile, { force: true }));
    return outfile;
  });
  built.set(name, made);
  return made;
}

const hasTaskset = spawnSync('taskset', ['-V']).status === 0;

export interface Running<T> {
  /** What the process said when it was ready. */
  readonly ready: T;
  /** CPU seconds used since it started, or undefined where the system does not say. */
  cpuSeconds(): number | undefined;
  stop(): Promise<void>;
}

/** Starts a built process on a core with a configuration; resolves with its first message. */
export async function start<T>(name: string, core: number, config: object, env: Record<string, string> = {}): Promise<Running<T>> {
  const file = await buildProcess(name);
  started += 1;
  // a supergraph is too long for an environment variable
  const configFile = file.replace(/mjs$/, `${started}.json`);
  writeFileSync(configFile, JSON.stringify(config));
  const { BENCH_PROFILE_DIR: profileDir } = process.env;
  const node = profileDir ? [process.execPath, '--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}.cpuprofile`] : [process.execPath];
  const pinned = hasTaskset ? ['taskset', '-c', String(core), ...node] : node;
  const [command = '', ...args] = [...pinned, file];
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', BENCH_CONFIG: configFile, ...env },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve())).finally(() => rmSync(configFile, { force: true }));
  const ready = await new Promise<T>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} did not start`)), START_MS_MAX);
    child.once('message', (message) => {
      clearTimeout(late);
      resolve(message as T);
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return {
    ready,
    cpuSeconds() {
      try {
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
        return (Number(fields[11]) + Number(fields[12])) / HERTZ;
      } catch {
        return undefined;
      }
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** In a process under test: its configuration. */
export const configOf = <T>(): T => JSON.parse(readFileSync(process.env.BENCH_CONFIG ?? '', 'utf8')) as T;

/** In a process under test: says that it is ready, and ends when told to or when the runner is gone. */
export function ready(message: object): void {
  process.send?.(message);
  process.once('SIGTERM', () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
}
