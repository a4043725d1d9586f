/**
 * What a start finds: a system that runs already, or what is left of one whose supervisor was killed. Orphans end by themselves when they notice; a start waits for
 * them, then ends them. Process ids are used again, so only a process whose command line names our bundle is ever touched.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDir, readRun, runFile } from '../running.ts';

const ORPHANS_MS_MAX = 5_000;
const lockFile = (): string => join(dataDir(), 'start.pid');

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function commandOf(pid: number): string {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  }
  return String(spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout ?? '');
}

const isOurs = (pid: number): boolean => isAlive(pid) && /packages[\\/]cli[\\/]dist[\\/]processes-/.test(commandOf(pid));
const isStart = (pid: number): boolean => pid !== process.pid && isAlive(pid) && /olly\.mjs start\b/.test(commandOf(pid));

/** Takes the data folder for this process. Throws when a living start has it. */
export function takeDataDir(): void {
  mkdirSync(dataDir(), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockFile(), String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(lockFile(), 'utf8'));
    if (holder > 0 && isStart(holder)) {
      throw new Error(`Olly runs already from ${dataDir()} (process ${holder}${readRun() ? `, ${readRun()?.url}` : ''}). Stop it, or set PORT and OLLY_DATA_DIR for a second one.`);
    }
    rmSync(lockFile(), { force: true });
  }
}

export function leaveDataDir(): void {
  rmSync(runFile(), { force: true });
  rmSync(lockFile(), { force: true });
}

/** Waits until the processes of a killed start are gone; ends those that stay. PostgreSQL is not among them: it is adopted. */
export async function endOrphans(): Promise<void> {
  const { postgres: _adopted, supervisor: _gone, ...processes } = readRun()?.processes ?? {};
  const pids = Object.values(processes);
  for (const deadline = Date.now() + ORPHANS_MS_MAX; pids.some(isOurs) && Date.now() < deadline; ) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pids.filter(isOurs)) process.kill(pid, 'SIGKILL');
  rmSync(runFile(), { force: true });
}
