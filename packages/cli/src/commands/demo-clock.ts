/**
 * `pnpm demo:clock +45d`: moves the demo's business clock; `reset` brings it back to real time. When the processes have noticed, everything that the services do by
 * the calendar runs once, and is waited for.
 */
import type { DueOutcome } from '../processes/due.ts';
import { readRun, type RunFile, runningEnvironment } from '../running.ts';
import { moveClock, parseShift } from '../start/platform.ts';

const NOTICE_MS_MAX = 10_000;
const POLL_MS = 100;

async function noticed({ control }: RunFile, offsetMs: number): Promise<void> {
  for (const url of Object.values(control)) {
    for (const deadline = Date.now() + NOTICE_MS_MAX; ; ) {
      const { offsetMs: theirs } = (await (await fetch(`${url}/clock`)).json()) as { offsetMs: number };
      if (theirs === offsetMs) break;
      if (Date.now() > deadline) throw new Error('The running processes have not noticed the clock.');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

export default async function command([shift = '']: readonly string[]): Promise<void> {
  const offsetMs = await moveClock(parseShift(shift), runningEnvironment());
  console.log(`The business clock shows ${new Date(Date.now() + offsetMs).toISOString()}.`);
  const run = readRun();
  if (!run) return;
  await noticed(run, offsetMs);
  const response = await fetch(`${run.control.workers}/due`, { method: 'POST', headers: { authorization: `Bearer ${run.serviceSecret}` } });
  if (!response.ok) throw new Error(`Due jobs could not be run: ${response.status}.`);
  const outcomes = (await response.json()) as readonly DueOutcome[];
  for (const { service, task, outcome } of outcomes) console.log(`${outcome.padEnd(6)} ${service} ${task}`);
  if (outcomes.some(({ outcome }) => outcome !== 'done')) process.exitCode = 1;
}
