/**
 * One process of the house under the supervisor: started, told its configuration, waited for, started again with growing pauses when it dies, stopped in order. Its
 * output goes to a file in the data folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessName } from '../build/build.ts';

const READY_MS_MAX = 90_000;
const STOP_MS_MAX = 25_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;
const PAUSE_MS_MIN = 200;
const PAUSE_MS_MAX = 10_000;
/** Having run this long, a process that dies is started again at once. */
const WELL_MS = 30_000;

export interface ManagedOptions<C> {
  readonly name: ProcessName;
  readonly folder: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config: () => C;
  /** Told after each start but the first, with what the process said. */
  readonly onRestart: (ready: unknown) => void;
  readonly say: (line: string) => void;
}

/** Appends; what has grown large is set aside once. */
function openLog(dataDir: string, name: string): number {
  const dir = join(dataDir, 'logs');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.log`);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

export class ManagedProcess<C, R> {
  readonly #options: ManagedOptions<C>;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(options: ManagedOptions<C>) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts loading the code; the configuration may come later. */
  load(): void {
    const { name, folder, dataDir, env } = this.#options;
    const log = openLog(dataDir, name);
    this.#isStopping = false;
    this.#child = spawn(process.execPath, ['--enable-source-maps', join(folder, `${name}.js`)], {
      env: { ...env, OLLY_CHILD: 'true' },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
  }

  /** Gives the configuration and waits until the process is ready; from then on it is kept alive. */
  async ready(): Promise<R> {
    const { name, dataDir, config } = this.#options;
    if (!this.#child) this.load();
    const child = this.#child as ChildProcess;
    const startedAt = Date.now();
    const ready = await new Promise<R>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`The process ${name} was not ready in time. Its words are in ${join(dataDir, 'logs', `${name}.log`)}.`)), READY_MS_MAX);
      child.on('message', (message: { ready?: R }) => {
        if (message.ready === undefined) return;
        clearTimeout(late);
        resolve(message.ready);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        reject(new Error(`The process ${name} ended with ${signal ?? code}. Its words are in ${join(dataDir, 'logs', `${name}.log`)}.`));
      });
      child.once('error', reject);
      child.send({ config: config() });
    }).catch((error) => {
      child.kill('SIGKILL');
      throw error;
    });
    child.once('exit', () => {
      if (child === this.#child && !this.#isStopping) this.#again(Date.now() - startedAt);
    });
    // It may have died between its word and this line.
    if (child.exitCode !== null || child.signalCode !== null) this.#again(0);
    return ready;
  }

  #again(livedMs: number): void {
    clearTimeout(this.#timer);
    this.#failures = livedMs > WELL_MS ? 0 : this.#failures + 1;
    const pauseMs = this.#failures === 0 ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (this.#failures - 1));
    this.#child = undefined;
    this.#options.say(`The process ${this.#options.name} ended; it is started again.`);
    this.#timer = setTimeout(() => {
      this.ready().then(
        (ready) => this.#options.onRestart(ready),
        () => {
          if (!this.#isStopping) this.#again(0);
        },
      );
    }, pauseMs);
  }

  /** Lets the process finish what it does, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    child.kill('SIGTERM');
    await gone;
    clearTimeout(force);
  }

  /** Ends it at once. */
  kill(): void {
    this.#isStopping = true;
    this.#child?.kill('SIGKILL');
  }
}
