/**
 * Commits changes of accounts, ten in a transaction: rows locked in one order, counted up, told to the outbox. Eight transactions at a time, as a service under load
 * would have, so that the commits share their waits for the disk.
 */
import { appendToOutbox } from '@olly/kit/outbox';
import { createPool, transaction } from '@olly/kit/postgres';
import { configOf } from '../spawn.ts';
import { ACCOUNTS, changed, type EventsConfig, origin } from './events-setting.ts';

const AT_ONCE = 8;
const EVENTS_EACH = 10;

const config = configOf<EventsConfig>();
const pool = createPool({ url: config.bankUrl, name: 'bench-writer', max: AT_ONCE });
let left = config.events;

async function write(writer: number): Promise<void> {
  for (let n = 0; left > 0; n += 1) {
    const count = Math.min(EVENTS_EACH, left);
    left -= count;
    const first = (Math.floor((writer * ACCOUNTS) / AT_ONCE) + n * EVENTS_EACH) % ACCOUNTS;
    const accounts = Array.from({ length: count }, (_, i) => `acc_${(first + i) % ACCOUNTS}`);
    await transaction(pool, async (tx) => {
      await tx.query({ name: 'lock', text: 'SELECT 1 FROM accounts WHERE locator = ANY($1) ORDER BY locator FOR UPDATE', values: [accounts] });
      const { rows } = await tx.query<{ locator: string; changes: number }>({
        name: 'change',
        text: 'UPDATE accounts SET changes = changes + 1 WHERE locator = ANY($1) RETURNING locator, changes',
        values: [accounts],
      });
      await appendToOutbox(tx, origin, rows.map(({ locator, changes }) => changed(locator, changes, 5)));
    });
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, () => pool.query('SELECT 1')));
const startedAt = Date.now();
const writing = Promise.all(Array.from({ length: AT_ONCE }, (_, writer) => write(writer)));
process.send?.({ startedAt });
await writing;
await pool.end();
