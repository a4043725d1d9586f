/**
 * The transport of a house without Kafka: a durable log in a PostgreSQL database of its own, with topics, partitions, groups and offsets. A record is durable
 * when `send` resolves; a group reads each at least once, in order of its key. It survives a kill -9 of PostgreSQL or of any process: connections are opened
 * again, locks taken again, and reading goes on where the group stood. Its tables are its own; nobody else writes them.
 */
import type { Pool } from 'pg';
import { createPool, sqlState } from '../postgres/index.ts';
import { TopicHeads } from './embedded-heads.ts';
import { appendRecords, ensureTopic, findTopic, prepareLogTables, readHeads, readPartitions, type Topic } from './embedded-log.ts';
import { LogSession } from './embedded-session.ts';
import { EmbeddedSubscription } from './embedded-subscription.ts';
import { BATCH_MAX, type EventLog, type OutgoingRecord, type ReadOptions, type SubscribeOptions, type Subscription, type Transport, TransportError, type TransportRecord } from './transport.ts';

/** The same bound as a Kafka broker's default, so that an event that passes here passes there. */
const VALUE_BYTES_MAX = 1_000_000;
const POOL_MAX = 4;

/** Wrong data, or more of it than PostgreSQL takes: these very records will never go in. */
const REFUSED = /^(22|54)/;

export interface EmbeddedOptions {
  /** The log's database; the role may create a schema in it. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly log?: EventLog;
}

const silent: EventLog = { info() {}, warn() {}, error() {} };

class EmbeddedTransport implements Transport {
  readonly kind = 'embedded';
  readonly #url: string;
  readonly #pool: Pool;
  readonly #session: LogSession;
  readonly #heads: TopicHeads;
  readonly #log: EventLog;
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Set<EmbeddedSubscription>();
  #prepared: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ url, name, log = silent }: EmbeddedOptions) {
    this.#url = url;
    this.#log = log;
    this.#pool = createPool({ url, name, max: POOL_MAX });
    this.#session = new LogSession(url, `${name}-locks`);
    this.#heads = new TopicHeads(this.#session);
  }

  async #topic(name: string): Promise<Topic> {
    await this.#prepare();
    const topic = this.#topics.get(name) ?? (await ensureTopic(this.#pool, name));
    this.#topics.set(name, topic);
    return topic;
  }

  #prepare(): Promise<void> {
    this.#prepared ??= prepareLogTables(this.#url).catch((error) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async send(topicName: string, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    if (records.some(({ value }) => value.length > VALUE_BYTES_MAX / 3 && Buffer.byteLength(value) > VALUE_BYTES_MAX)) throw new TransportError('refused', 'RECORD_TOO_LARGE');
    try {
      this.#heads.advance(topicName, await appendRecords(this.#pool, await this.#topic(topicName), records));
    } catch (error) {
      const state = sqlState(error);
      throw state && REFUSED.test(state) ? new TransportError('refused', state, error) : new TransportError('unavailable', state ?? 'NO_CONNECTION', error);
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const topics: Topic[] = [];
    for (const name of options.topics) topics.push(await this.#topic(name));
    const subscription = new EmbeddedSubscription(options, topics, { pool: this.#pool, session: this.#session, heads: this.#heads, log: this.#log });
    this.#subscriptions.add(subscription);
    subscription.start();
    return {
      reposition: () => subscription.reposition(),
      stop: async () => {
        await subscription.stop();
        this.#subscriptions.delete(subscription);
      },
    };
  }

  async *read(topicName: string, { partition, fromOffset = 0n, limitMax = Number.POSITIVE_INFINITY }: ReadOptions = {}): AsyncIterable<TransportRecord> {
    await this.#prepare();
    const topic = await findTopic(this.#pool, topicName);
    if (!topic) return;
    const end = await this.#head(topicName);
    const partitions = partition === undefined ? Array.from({ length: topic.partitions }, (_, number) => number) : [partition];
    let left = limitMax;
    for (const number of partitions) {
      for (let from = fromOffset; left > 0 && from < end; ) {
        const records = (await readPartitions(this.#pool, topic, [{ partition: number, from }], Math.min(BATCH_MAX, left))).get(number) ?? [];
        const wanted = records.filter(({ offset }) => offset < end);
        yield* wanted;
        left -= wanted.length;
        from = wanted.length < records.length || records.length === 0 ? end : (records.at(-1)?.offset ?? end) + 1n;
      }
    }
  }

  async #head(name: string): Promise<bigint> {
    const client = await this.#pool.connect();
    try {
      return (await readHeads(client, [name])).get(name) ?? 0n;
    } finally {
      client.release();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    this.#heads.close();
    await this.#session.close();
    await this.#pool.end();
  }
}

/** A transport over the embedded log; connects when it is first used. */
export function createEmbeddedTransport(options: EmbeddedOptions): Transport {
  return new EmbeddedTransport(options);
}
