/**
 * Publishes one service's outbox. What always holds: one relay a database publishes, under an advisory lock on the very connection that it reads and marks rows
 * with, so a relay that has lost its lock can no longer do either, and stops before the next send; a second one stands by. Rows are taken by `published_at IS
 * NULL`, never by "id above the last", since sequences commit out of order. A key's rows leave in order; a row that fails holds back its own key only. A
 * crash between a send and its mark sends the rows again: the inbox of every projection drops doubles.
 */
import { createHash } from 'node:crypto';
import type { Client, Pool } from 'pg';
import type { Metrics } from '../metrics/registry.ts';
import { connect } from '../postgres/index.ts';
import { backoffMs, type EventLog, type Transport } from '../transport/transport.ts';
import { cleanOutbox, outboxState } from './operate.ts';
import { type OutboxRow, type Published, publish } from './publish.ts';

export interface RelayOptions {
  /** For the clean-up and the state; publishing has a connection of its own. */
  readonly pool: Pool;
  /** The same database, for the connection that holds the relay's lock. */
  readonly url: string;
  /** The schema with the `outbox` table. */
  readonly schema: string;
  readonly service: string;
  readonly transport: Transport;
  readonly log: EventLog;
  readonly metrics?: Metrics;
  /** At most this many rows a batch (500). */
  readonly batchMax?: number;
  /** After so many tries a refused row is marked as failed (5). */
  readonly triesMax?: number;
  /** The pause after a row's first failure (200 ms); it doubles. */
  readonly retryMs?: number;
  /** Published rows are kept so long (7 days). */
  readonly keepMs?: number;
}

export interface RunningRelay {
  /** True while this relay holds the lock; otherwise it stands by. */
  isLeading(): boolean;
  /** Waits for the batch in flight, then gives the lock up. */
  stop(): Promise<void>;
}

const POLL_MS_MIN = 20;
const POLL_MS_MAX = 250;
const STANDBY_MS = 500;
const STATE_MS = 5_000;
const CLEAN_MS = 60_000;
const FAILED_KEYS_MS = 1_000;
const KEEP_MS = 7 * 86_400_000;

/** The lock's number; advisory locks are a database's own. */
const lockOf = (schema: string): string => String(createHash('sha256').update(`olly:relay:${schema}`).digest().readBigInt64BE());

class Relay implements RunningRelay {
  readonly #options: RelayOptions;
  readonly #batchMax: number;
  #client: Client | undefined;
  #isStopped = false;
  readonly #sleepers = new Set<() => void>();
  readonly #done: Promise<void>;
  /** Keys with a failed row: nothing of theirs leaves until it is replayed or skipped. */
  #failedKeys = new Set<string>();
  #failedKeysAt = 0;
  /** Keys that rest after a failure, and until when. */
  readonly #restingKeys = new Map<string, number>();
  readonly #doubts = new Map<string, number>();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#batchMax = options.batchMax ?? 500;
    this.#done = Promise.all([this.#run(), this.#keepHouse()]).then(() => {});
  }

  isLeading(): boolean {
    return this.#client !== undefined;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const wake of this.#sleepers) wake();
    await this.#done;
  }

  #pause(ms: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }

  async #run(): Promise<void> {
    const { log, service } = this.#options;
    for (let failures = 0; !this.#isStopped; ) {
      const client = await this.#lockedClient().catch((err) => {
        failures += 1;
        log.warn({ err, service, attempt: failures }, 'The relay has no database');
        return undefined;
      });
      if (!client) {
        await this.#pause(failures > 0 ? backoffMs(failures, 50, 1_000) : STANDBY_MS);
        continue;
      }
      failures = 0;
      try {
        await this.#lead(client);
      } catch (err) {
        log.warn({ err, service }, 'The relay has lost its connection and takes its lock again');
        await this.#pause(POLL_MS_MIN);
      }
      this.#client = undefined;
      await client.end().catch(() => {});
    }
  }

  /** A new connection that holds the lock; undefined when another relay has it. */
  async #lockedClient(): Promise<Client | undefined> {
    const { url, service, schema } = this.#options;
    const client = await connect(url, `olly-relay-${service}`);
    client.on('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    try {
      const { rows } = await client.query<{ has: boolean }>('SELECT pg_try_advisory_lock($1) AS has', [lockOf(schema)]);
      if (rows[0]?.has) return client;
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    await client.end();
    return undefined;
  }

  async #lead(client: Client): Promise<void> {
    this.#client = client;
    this.#restingKeys.clear();
    this.#doubts.clear();
    await this.#readFailedKeys(client);
    let pollMs = POLL_MS_MIN;
    for (let outages = 0; !this.#isStopped && this.#client === client; ) {
      if (this.#failedKeys.size > 0 && Date.now() - this.#failedKeysAt > FAILED_KEYS_MS) await this.#readFailedKeys(client);
      const rows = await this.#read(client);
      if (rows.length > 0) {
        const published = await publish(this.#options.transport, rows, () => this.#client === client);
        await this.#mark(client, published);
        outages = published.unavailable ? outages + 1 : 0;
        if (published.unavailable) {
          this.#options.log.warn({ service: this.#options.service, code: published.unavailable.code, attempt: outages }, 'The transport is not available; nothing is lost');
          await this.#pause(backoffMs(outages, 50, 2_000));
          continue;
        }
      }
      pollMs = rows.length > 0 ? POLL_MS_MIN : Math.min(POLL_MS_MAX, pollMs * 1.3);
      if (rows.length < this.#batchMax) await this.#pause(pollMs);
    }
  }

  async #read(client: Client): Promise<OutboxRow[]> {
    const { schema } = this.#options;
    const now = Date.now();
    for (const [key, until] of this.#restingKeys) if (until <= now) this.#restingKeys.delete(key);
    const { rows } = await client.query<OutboxRow>({
      name: 'relay:read',
      text: `SELECT id, topic, key, payload::text AS value, tries FROM ${schema}.outbox
             WHERE published_at IS NULL AND failed_at IS NULL AND key <> ALL($1::text[]) ORDER BY id LIMIT $2`,
      values: [[...this.#failedKeys, ...this.#restingKeys.keys()], this.#batchMax],
    });
    return rows;
  }

  async #readFailedKeys(client: Client): Promise<void> {
    const { rows } = await client.query<{ key: string }>(`SELECT DISTINCT key FROM ${this.#options.schema}.outbox WHERE published_at IS NULL AND failed_at IS NOT NULL`);
    this.#failedKeys = new Set(rows.map(({ key }) => key));
    this.#failedKeysAt = Date.now();
  }

  async #mark(client: Client, { sent, refused, doubtful }: Published): Promise<void> {
    const { schema, service, metrics, retryMs = 200 } = this.#options;
    if (sent.length > 0) {
      await client.query({ name: 'relay:mark', text: `UPDATE ${schema}.outbox SET published_at = now() WHERE id = ANY($1::bigint[])`, values: [sent.map(({ id }) => id)] });
      for (const [topic, count] of countByTopic(sent)) metrics?.eventsPublished.inc({ service, topic }, count);
      this.#doubts.clear();
    }
    if (refused.length > 0) await this.#markRefused(client, refused);
    for (const { row } of doubtful) {
      const doubts = (this.#doubts.get(row.key) ?? 0) + 1;
      this.#doubts.set(row.key, doubts);
      this.#restingKeys.set(row.key, Date.now() + backoffMs(doubts, retryMs));
    }
    if (doubtful.length > 0) this.#options.log.warn({ service, count: doubtful.length, code: doubtful[0]?.code }, 'Nothing could be sent, for a reason that may pass');
  }

  async #markRefused(client: Client, refused: Published['refused']): Promise<void> {
    const { schema, service, log, triesMax = 5, retryMs = 200 } = this.#options;
    await client.query(
      `UPDATE ${schema}.outbox o SET tries = o.tries + 1, error = given.code, failed_at = CASE WHEN o.tries + 1 >= $3 THEN now() END
       FROM unnest($1::bigint[], $2::text[]) AS given (id, code) WHERE o.id = given.id`,
      [refused.map(({ row }) => row.id), refused.map(({ code }) => code), triesMax],
    );
    for (const { row, code } of refused) {
      const tries = row.tries + 1;
      if (tries >= triesMax) {
        this.#failedKeys.add(row.key);
        this.#failedKeysAt = Date.now();
        log.error({ service, topic: row.topic, code, tries }, 'An event is refused for good and holds back its key');
      } else {
        this.#restingKeys.set(row.key, Date.now() + backoffMs(tries, retryMs));
        log.warn({ service, topic: row.topic, code, tries }, 'An event was refused and is tried again');
      }
    }
  }

  /** Shows the outbox in the metrics and cleans it up, while leading. */
  async #keepHouse(): Promise<void> {
    const { pool, schema, service, metrics, keepMs = KEEP_MS, log } = this.#options;
    for (let cleanedAt = 0; !this.#isStopped; await this.#pause(STATE_MS)) {
      if (!this.isLeading()) continue;
      try {
        const { waiting, oldestSeconds, failed } = await outboxState(pool, schema);
        metrics?.outboxWaiting.set({ service }, waiting);
        metrics?.outboxLagSeconds.set({ service }, oldestSeconds);
        metrics?.outboxFailed.set({ service }, failed);
        if (Date.now() - cleanedAt < CLEAN_MS) continue;
        cleanedAt = Date.now();
        await cleanOutbox(pool, schema, keepMs);
      } catch (err) {
        log.warn({ err, service }, 'The outbox could not be looked after');
      }
    }
  }
}

function countByTopic(rows: readonly OutboxRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of rows) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}

/** Starts the relay of one database; it runs until it is stopped, through any failure of the database or the transport. */
export function startRelay(options: RelayOptions): RunningRelay {
  return new Relay(options);
}
