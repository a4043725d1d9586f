/**
 * The business clock of a process: real time shifted by the demo's offset, which is read from the platform's database about twice a second. In production there is
 * no shift, and the database is not asked.
 */
import { createPool, databaseUrl } from '@olly/kit/postgres';
import { type Clock, shiftedClock, systemClock } from '@olly/kit/time';

const POLL_MS = 500;

export interface ProcessClock {
  readonly clock: Clock;
  /** The shift that this process works with now. */
  offsetMs(): number;
  stop(): Promise<void>;
}

export async function startClock(env: NodeJS.ProcessEnv): Promise<ProcessClock> {
  const isFixed = env.NODE_ENV === 'production' || !(env.DATABASE_URL || env.OLLY_PLATFORM_DATABASE_URL);
  if (isFixed) return { clock: systemClock, offsetMs: () => 0, stop: async () => {} };
  const pool = createPool({ url: databaseUrl('olly_platform', 'service', env), name: 'olly-clock', max: 1 });
  let offsetMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const read = async () => {
    try {
      const { rows } = await pool.query<{ offset_ms: string }>('SELECT offset_ms FROM clock');
      offsetMs = Number(rows[0]?.offset_ms ?? 0);
    } catch {
      // the database is away or not made yet: the last known shift holds
    }
    if (!isStopped) timer = setTimeout(read, POLL_MS);
  };
  await read();
  return {
    clock: shiftedClock(() => offsetMs),
    offsetMs: () => offsetMs,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await pool.end();
    },
  };
}
