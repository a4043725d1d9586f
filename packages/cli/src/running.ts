/**
 * The running system that a command talks to: found by `OLLY_DATA_DIR` (`.olly`), where `start` writes run.json. Without one, the environment alone says where
 * things are.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './repository.ts';

export interface RunFile {
  /** The gateway's address. */
  readonly url: string;
  /** The cluster's administrator. */
  readonly databaseUrl: string;
  readonly serviceSecret: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  /** The processes' own small servers: health, metrics, the clock, due jobs. */
  readonly control: { readonly subgraphs: string; readonly workers: string };
  readonly processes: Readonly<Record<string, number>>;
  /** How often `demo:reset` has been done since the start. */
  readonly resets: number;
}

export const dataDir = (): string => resolve(root, process.env.OLLY_DATA_DIR ?? '.olly');
export const runFile = (): string => resolve(dataDir(), 'run.json');

export function readRun(): RunFile | undefined {
  return existsSync(runFile()) ? (JSON.parse(readFileSync(runFile(), 'utf8')) as RunFile) : undefined;
}

/** The running system; throws, saying how to start one, when there is none. */
export function requireRun(): RunFile {
  const run = readRun();
  if (!run) throw new Error(`Nothing runs from ${dataDir()}: start it with "npx -y pnpm@12.21.0 start", or set OLLY_DATA_DIR.`);
  return run;
}

/** Throws when neither a running system nor the environment says where the databases are. */
export function requireDatabases(): void {
  if (!process.env.DATABASE_URL) requireRun();
}

/** The environment, completed with what the running system says of itself. */
export function runningEnvironment(): NodeJS.ProcessEnv {
  const run = readRun();
  return run ? { DATABASE_URL: run.databaseUrl, SERVICE_SECRET: run.serviceSecret, ...process.env } : process.env;
}
