/** A worker of bulk enrolments in a process of its own, for the kill test. It asks the other services through its parent, over IPC: they outlive it. */
import { startJobs } from '@olly/kit/jobs';
import { randomIds } from '@olly/kit/locator';
import { createPool } from '@olly/kit/postgres';
import { systemClock } from '@olly/kit/time';
import { BULK_TASK, type BulkPace, runBulk } from '../bulk/work.ts';
import { createPorts } from '../ports/ports.ts';

const { url, pace } = JSON.parse(process.env.OLLY_BULK_WORKER ?? '{}') as { url: string; pace: BulkPace };
const pool = createPool({ url, name: 'bulk-worker', max: 2 });
const waiting = new Map<number, (answer: unknown) => void>();
let asked = 0;
process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, answer }: { id: number; answer: unknown }) => waiting.get(id)?.(answer));

const ports = createPorts(() => ({
  query: <T>(document: string, variables: Record<string, unknown>) =>
    new Promise<T>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve as (answer: unknown) => void);
      process.send?.({ id: asked, document, variables });
    }),
  close: async () => {},
}));
const log = { info: () => {}, warn: () => {}, error: () => {} };
await startJobs({
  pool,
  pollMs: 50,
  tasks: { [BULK_TASK]: ({ jobId }) => runBulk({ service: 'group_scheme', schema: 'group_scheme', pool, clock: systemClock, ids: randomIds, log, ports, pace }, String(jobId)) },
});
