/**
 * The event benches: a writer commits changes of accounts, each with its outbox row in the same transaction; one process relays and projects them, as the house's
 * worker does. The figure is events a second from the first commit to the last applied row, with every account's changes checked to have come in order and once.
 * The other: a bare producer of the same transport, sending the same events in the relay's batches, and nothing else. PostgreSQL is durable, as in production.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect, startEmbedded, withDatabase } from '@olly/kit/postgres';
import type { Client } from 'pg';
import { startBroker, whyNoBroker } from '../../tools/kafka/broker.mjs';
import { CORE_BESIDE, CORE_UNDER_TEST } from './compare.ts';
import { type Figure, median, round } from './figure.ts';
import { ACCOUNTS, type EventsConfig, TABLES } from './processes/events-setting.ts';
import { start } from './spawn.ts';

const EVENTS_WARM = 4_000;
const EVENTS = 20_000;
const ROUNDS = 3;
const ROUND_MS_MAX = 75_000;
const LOOK_MS = 20;

/** Waits until all events are applied; throws when one came twice or out of order. */
async function untilApplied(client: Client, total: number): Promise<void> {
  const deadline = Date.now() + ROUND_MS_MAX;
  for (;;) {
    const { rows } = await client.query<{ applied: number; disordered: number }>('SELECT coalesce(sum(change), 0)::int AS applied, coalesce(sum(disordered), 0)::int AS disordered FROM projected');
    const [state] = rows;
    if (state && state.disordered > 0) throw new Error(`${state.disordered} events came out of order`);
    if ((state?.applied ?? 0) >= total) break;
    if (Date.now() > deadline) throw new Error(`only ${state?.applied} of ${total} events were applied in time`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const { rows } = await client.query<{ entries: number }>('SELECT count(*)::int AS entries FROM entries');
  if (rows[0]?.entries !== total) throw new Error(`${rows[0]?.entries} rows for ${total} events`);
}

async function measure(figure: string, transport: Pick<EventsConfig, 'brokers'>): Promise<Figure> {
  const dir = mkdtempSync(join(tmpdir(), 'olly-bench-'));
  const stops: (() => Promise<void>)[] = [async () => rmSync(dir, { recursive: true, force: true })];
  try {
    const server = await startEmbedded({ dir, isDurable: true });
    stops.push(async () => rmSync(dirname(server.dataDir), { recursive: true, force: true }), server.stop);
    const admin = await connect(server.url, 'bench');
    for (const name of ['bank', 'log']) await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const client = await connect(withDatabase(server.url, 'bank'), 'bench');
    stops.push(() => client.end());
    await client.query(TABLES);
    await client.query("INSERT INTO accounts SELECT 'acc_' || i, 0 FROM generate_series(0, $1 - 1) i", [ACCOUNTS]);
    const config: Omit<EventsConfig, 'events'> = { bankUrl: withDatabase(server.url, 'bank'), logUrl: withDatabase(server.url, 'log'), ...transport };
    const worker = await start('events-worker', CORE_UNDER_TEST, config);
    stops.push(worker.stop);
    const ours: number[] = [];
    const other: number[] = [];
    let total = 0;
    let cpuMicros = 0;
    for (let i = 0; i <= ROUNDS; i += 1) {
      const events = i === 0 ? EVENTS_WARM : EVENTS;
      total += events;
      const cpuBefore = worker.cpuSeconds() ?? Number.NaN;
      const writer = await start<{ startedAt: number }>('events-writer', CORE_BESIDE, { ...config, events });
      await untilApplied(client, total);
      const seconds = (Date.now() - writer.ready.startedAt) / 1_000;
      cpuMicros = (((worker.cpuSeconds() ?? Number.NaN) - cpuBefore) / events) * 1e6;
      await writer.stop();
      const producer = await start<{ seconds: number }>('events-producer', CORE_UNDER_TEST, { ...config, events });
      await producer.stop();
      if (i === 0) continue;
      ours.push(events / seconds);
      other.push(events / producer.ready.seconds);
    }
    const [perSecond, bare] = [round(median(ours), 0), round(median(other), 0)];
    const note = `${EVENTS} events in transactions of ten, ${ACCOUNTS} keys, order of each checked; other: a bare producer in batches of 500; CPU of relay and projection: ${round(cpuMicros, 0)} µs an event`;
    return { figure, ours: perSecond, other: bare, ratio: round(perSecond / bare), unit: 'events/s', note };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Over the embedded log. */
export const eventsEmbedded = (): Promise<Figure> => measure('events_embedded', {});

/** Over a Kafka broker of the bench's own. */
export async function eventsKafka(): Promise<Figure> {
  const problem = whyNoBroker();
  if (problem) throw new Error(`There is no broker to measure: ${problem}.`);
  const broker = await startBroker();
  try {
    return await measure('events_kafka', { brokers: broker.brokers });
  } finally {
    await broker.stop();
  }
}
