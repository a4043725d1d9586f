/**
 * One group's reading in one process, through kafkajs. Its consumer is thrown away and made anew whenever it crashes, for whatever reason. Partitions wait, paused,
 * until the caller's checkpoint has said where to begin. The broker's own offset is committed by hand, after the caller has taken a batch.
 */
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { BATCH_MAX, backoffMs, type EventLog, type SubscribeOptions, type Subscription, type TransportRecord } from './transport.ts';

/** How long a fetch waits at the broker when nothing comes; also how late a resumed partition is noticed. */
export const FETCH_WAIT_MS = 250;
const HEARTBEAT_MS = 3_000;

export function recordOf(topic: string, partition: number, { offset, key, value, headers = {} }: KafkaMessage): TransportRecord {
  const named = Object.entries(headers).map(([name, text]) => [name, String(text)] as const);
  return { topic, partition, offset: BigInt(offset), key: key?.toString() ?? '', value: value?.toString() ?? '', ...(named.length > 0 && { headers: Object.fromEntries(named) }) };
}

export const consumerConfig = (groupId: string) => ({
  groupId,
  allowAutoTopicCreation: false,
  maxWaitTimeInMs: FETCH_WAIT_MS,
  heartbeatInterval: HEARTBEAT_MS,
  // What a killed process held is with others after this; heartbeats go on while a batch is applied.
  sessionTimeout: 10_000,
  rebalanceTimeout: 30_000,
  // A crashed consumer is replaced here, whatever kafkajs thinks of the reason.
  retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
});

export class KafkaSubscription implements Subscription {
  readonly #kafka: Kafka;
  readonly #options: SubscribeOptions;
  readonly #log: EventLog;
  readonly #failures = new Map<string, number>();
  readonly #resumes = new Set<NodeJS.Timeout>();
  #consumer: Consumer | undefined;
  #assigned: readonly { topic: string; partition: number }[] = [];
  /** Rises with each assignment and each repositioning: an older answer of `from` is then worthless. */
  #generation = 0;
  #isStopped = false;
  #restart: NodeJS.Timeout | undefined;
  #crashes = 0;
  #starting: Promise<void> = Promise.resolve();

  constructor(kafka: Kafka, options: SubscribeOptions, log: EventLog) {
    this.#kafka = kafka;
    this.#options = options;
    this.#log = log;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#starting = this.#startConsumer();
  }

  async #startConsumer(): Promise<void> {
    const consumer = this.#kafka.consumer(consumerConfig(this.#options.group));
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#replace(consumer, payload.error));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (this.#consumer !== consumer) return;
      this.#crashes = 0;
      this.#assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })));
      this.reposition();
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#eachBatch(payload) });
    } catch (error) {
      this.#replace(consumer, error);
    }
  }

  #replace(consumer: Consumer, err: unknown): void {
    if (this.#consumer !== consumer) return;
    this.#consumer = undefined;
    this.#generation += 1;
    this.#assigned = [];
    this.#crashes += 1;
    if (!this.#isStopped) this.#log.warn({ err, group: this.#options.group, attempt: this.#crashes }, 'A consumer was lost and is replaced');
    consumer.disconnect().catch(() => {});
    if (!this.#isStopped) this.#restart = setTimeout(() => this.start(), backoffMs(this.#crashes, 100, 3_000));
  }

  reposition(): void {
    const consumer = this.#consumer;
    const { from } = this.#options;
    if (!from || !consumer) return;
    this.#generation += 1;
    for (const { topic, partition } of this.#assigned) {
      consumer.pause([{ topic, partitions: [partition] }]);
      void this.#position(consumer, this.#generation, topic, partition, from);
    }
  }

  /** Asks where to begin until there is an answer, then lets the partition go. */
  async #position(consumer: Consumer, generation: number, topic: string, partition: number, from: NonNullable<SubscribeOptions['from']>): Promise<void> {
    for (let failures = 1; generation === this.#generation && !this.#isStopped; failures += 1) {
      try {
        const offset = await from(topic, partition);
        if (generation !== this.#generation || this.#isStopped) return;
        consumer.seek({ topic, partition, offset: String(offset) });
        consumer.resume([{ topic, partitions: [partition] }]);
        return;
      } catch (err) {
        this.#log.warn({ err, group: this.#options.group, topic, partition, attempt: failures }, 'The checkpoint could not be read');
        await new Promise((resolve) => setTimeout(resolve, backoffMs(failures)));
      }
    }
  }

  async #eachBatch({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale, pause }: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = batch;
    const at = `${topic}/${partition}`;
    const size = this.#options.batchMax ?? BATCH_MAX;
    for (let start = 0; start < messages.length && isRunning() && !isStale() && !this.#isStopped; start += size) {
      const generation = this.#generation;
      const records = messages.slice(start, start + size).map((message) => recordOf(topic, partition, message));
      const last = records.at(-1)?.offset ?? 0n;
      const beating = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS);
      try {
        await this.#options.onBatch(topic, partition, records);
      } catch (err) {
        const failures = (this.#failures.get(at) ?? 0) + 1;
        this.#failures.set(at, failures);
        this.#log.warn({ err, group: this.#options.group, topic, partition, attempt: failures }, 'A batch was not taken and comes again');
        // What is not resolved is fetched again; a paused partition first rests.
        if (generation === this.#generation) this.#resumeLater(pause(), backoffMs(failures), generation);
        return;
      } finally {
        clearInterval(beating);
      }
      this.#failures.delete(at);
      if (isStale()) return;
      resolveOffset(String(last));
      await heartbeat();
      await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(last + 1n) }] }] });
    }
  }

  #resumeLater(resume: () => void, ms: number, generation: number): void {
    const timer = setTimeout(() => {
      this.#resumes.delete(timer);
      // A repositioning meanwhile resumes by itself, once it knows where.
      if (generation === this.#generation && !this.#isStopped) resume();
    }, ms);
    this.#resumes.add(timer);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#restart);
    for (const timer of this.#resumes) clearTimeout(timer);
    await this.#starting;
    const consumer = this.#consumer;
    this.#consumer = undefined;
    await consumer?.disconnect().catch(() => {});
  }
}
