/**
 * The process under test: a relay and a projection, as the house's worker runs them for each service. The projection keeps an entry for each event and a balance for
 * each account, and counts the changes that did not follow the one before.
 */
import { type CloudEvent, startRelay } from '@olly/kit/outbox';
import { createPool } from '@olly/kit/postgres';
import { type Projection, startProjection } from '@olly/kit/projection';
import type { PoolClient } from 'pg';
import { configOf } from '../spawn.ts';
import { type EventsConfig, log, TOPIC, transportOf } from './events-setting.ts';

interface Change {
  readonly change: number;
  readonly amount: number;
}

/** One statement an event, as most projections are written: no batch form. */
async function apply(tx: PoolClient, event: CloudEvent): Promise<void> {
  const { change, amount } = event.data as unknown as Change;
  await tx.query({
    name: 'entry',
    text: `WITH entry AS (INSERT INTO entries (event_id, account, change, amount, at) VALUES ($1, $2, $3, $4, $5))
           INSERT INTO projected AS p (account, balance, change) VALUES ($2, $4, $3)
           ON CONFLICT (account) DO UPDATE SET balance = p.balance + EXCLUDED.balance, change = EXCLUDED.change,
             disordered = p.disordered + CASE WHEN EXCLUDED.change = p.change + 1 THEN 0 ELSE 1 END`,
    values: [event.id, event.subject, change, amount, event.time],
  });
}

const projection: Projection = { group: 'bank.balances', topics: [TOPIC], apply };
const config = configOf<EventsConfig>();
const pool = createPool({ url: config.bankUrl, name: 'bench-worker', max: 2 });
const transport = transportOf(config, 'bench-worker');
const relay = startRelay({ pool, url: config.bankUrl, schema: 'public', service: 'bank', transport, log });
const running = startProjection({ pool, schema: 'public', projection, transport, log });
process.once('SIGTERM', async () => {
  await relay.stop();
  await running.stop();
  await transport.close();
  await pool.end();
  process.exit(0);
});
process.send?.({});
