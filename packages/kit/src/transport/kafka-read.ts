/**
 * Reads a topic once, from where it is told to where it ends now, through a consumer of a group of its own that is deleted afterwards. One partition at a time, with
 * the others paused; a batch is fetched when the last one has been taken.
 */
import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import { asTransportError } from './kafka-errors.ts';
import { consumerConfig, recordOf } from './kafka-subscription.ts';
import { backoffMs, type ReadOptions, type TransportRecord } from './transport.ts';

const SETTLE_TRIES = 8;

interface Stretch {
  readonly partition: number;
  readonly from: bigint;
  /** The offset after the last record wanted. */
  readonly end: bigint;
}

async function stretchesOf(admin: Admin, topic: string, { partition, fromOffset = 0n }: ReadOptions): Promise<Stretch[]> {
  const names = await admin.listTopics();
  if (!names.includes(topic)) return [];
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets
    .filter((each) => partition === undefined || each.partition === partition)
    .map((each) => ({ partition: each.partition, from: fromOffset > BigInt(each.low) ? fromOffset : BigInt(each.low), end: BigInt(each.high) }))
    .filter(({ from, end }) => from < end)
    .sort((a, b) => a.partition - b.partition);
}

/** A topic that was made a moment ago may not have its leaders everywhere: asks again for a while. */
export async function settled<T>(ask: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (failures >= SETTLE_TRIES || asTransportError(error).failure !== 'unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(failures, 50, 1_000)));
    }
  }
}

/** A queue of one: the writer waits until the reader has taken. */
class Handover<T> {
  #value: T | undefined;
  #failure: unknown;
  #changed = () => {};
  #taken = () => {};

  put(value: T): Promise<void> {
    this.#value = value;
    this.#changed();
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  fail(error: unknown): void {
    this.#failure = error;
    this.#changed();
  }

  /** The reader goes: a writer that waits is let go. */
  release(): void {
    this.#taken();
  }

  async take(): Promise<T> {
    while (this.#value === undefined && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const value = this.#value as T;
    this.#value = undefined;
    this.#taken();
    return value;
  }
}

export async function* readTopic(kafka: Kafka, admin: Admin, topic: string, options: ReadOptions): AsyncIterable<TransportRecord> {
  const stretches = await settled(() => stretchesOf(admin, topic, options));
  if (stretches.length === 0) return;
  const groupId = `olly.read.${randomUUID()}`;
  const consumer = kafka.consumer(consumerConfig(groupId));
  const handover = new Handover<readonly TransportRecord[]>();
  let current: Stretch | undefined;
  const joined = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      consumer.pause([{ topic, partitions: payload.memberAssignment[topic] ?? [] }]);
      resolve();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      reject(payload.error);
      handover.fail(asTransportError(payload.error));
    });
  });
  joined.catch(() => {});
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
        if (batch.partition !== current?.partition) return;
        await handover.put(batch.messages.map((message) => recordOf(topic, batch.partition, message)));
        resolveOffset(batch.lastOffset());
        await heartbeat();
      },
    });
    await joined;
    let left = options.limitMax ?? Number.POSITIVE_INFINITY;
    for (const stretch of stretches) {
      current = stretch;
      consumer.seek({ topic, partition: stretch.partition, offset: String(stretch.from) });
      consumer.resume([{ topic, partitions: [stretch.partition] }]);
      for (let next = stretch.from; next < stretch.end && left > 0; ) {
        for (const record of await handover.take()) {
          if (record.offset < next) continue;
          next = record.offset + 1n;
          if (record.offset >= stretch.end || left <= 0) continue;
          left -= 1;
          yield record;
        }
      }
      current = undefined;
      consumer.pause([{ topic, partitions: [stretch.partition] }]);
      if (left <= 0) return;
    }
  } catch (error) {
    throw asTransportError(error);
  } finally {
    current = undefined;
    handover.release();
    await consumer.disconnect().catch(() => {});
    await admin.deleteGroups([groupId]).catch(() => {});
  }
}
