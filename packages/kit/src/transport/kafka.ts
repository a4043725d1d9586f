/**
 * The transport over Apache Kafka 4, through kafkajs 2.2.4. Topics are made by the admin client with six partitions and kept for ever; a send is acknowledged by
 * all replicas in sync. What kafkajs must not be trusted with (idempotence, transactions, automatic commits and topics, restarts) is switched off.
 */
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { asTransportError } from './kafka-errors.ts';
import { Producers } from './kafka-producers.ts';
import { readTopic, settled } from './kafka-read.ts';
import { KafkaSubscription } from './kafka-subscription.ts';
import { type EventLog, type OutgoingRecord, PARTITIONS, type ReadOptions, type SubscribeOptions, type Subscription, type Transport, type TransportRecord } from './transport.ts';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs. */
  readonly clientId: string;
  readonly log?: EventLog;
}

/** Well below a broker's limit for a batch of one partition (1 MB); a single larger record goes alone, for the broker to judge. */
const REQUEST_BYTES_MAX = 700_000;
const REPLICAS_MAX = 3;

const silent: EventLog = { info() {}, warn() {}, error() {} };

/** Cuts records into requests by size; the order stays. */
function* requestsOf(records: readonly OutgoingRecord[]): Iterable<OutgoingRecord[]> {
  let request: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.value) + Buffer.byteLength(record.key) + 200;
    if (request.length > 0 && bytes + size > REQUEST_BYTES_MAX) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(record);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

class KafkaTransport implements Transport {
  readonly kind = 'kafka';
  readonly #kafka: Kafka;
  readonly #producers: Producers;
  readonly #log: EventLog;
  readonly #ensured = new Map<string, Promise<void>>();
  readonly #subscriptions = new Set<KafkaSubscription>();
  #admin: Promise<Admin> | undefined;

  constructor({ brokers, clientId, log = silent }: KafkaOptions) {
    this.#kafka = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING, connectionTimeout: 3_000, requestTimeout: 20_000, retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 } });
    this.#producers = new Producers(this.#kafka);
    this.#log = log;
  }

  /** The admin client; one that failed is replaced. */
  async #withAdmin<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    this.#admin ??= (async () => {
      const admin = this.#kafka.admin();
      await admin.connect();
      return admin;
    })();
    const opening = this.#admin;
    try {
      return await use(await opening);
    } catch (error) {
      if (this.#admin === opening) this.#admin = undefined;
      opening.then((admin) => admin.disconnect()).catch(() => {});
      throw asTransportError(error);
    }
  }

  /** Makes a topic where it is missing; asked once for each name. */
  #ensure(topic: string): Promise<void> {
    const known = this.#ensured.get(topic);
    if (known) return known;
    const ensuring = this.#withAdmin(async (admin) => {
      if (!(await admin.listTopics()).includes(topic)) {
        const { brokers } = await admin.describeCluster();
        const replicationFactor = Math.min(REPLICAS_MAX, brokers.length);
        const minInSync = String(Math.max(1, replicationFactor - 1));
        const configEntries = [{ name: 'retention.ms', value: '-1' }, { name: 'retention.bytes', value: '-1' }, { name: 'cleanup.policy', value: 'delete' }, { name: 'min.insync.replicas', value: minInSync }];
        await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor, configEntries }], waitForLeaders: true });
      }
      // A topic has its leaders in the metadata before the leaders know: a send that only some of its partitions take would be doubled by its repetition.
      await settled(() => admin.fetchTopicOffsets(topic));
    });
    this.#ensured.set(topic, ensuring);
    ensuring.catch(() => this.#ensured.delete(topic));
    return ensuring;
  }

  async send(topic: string, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#ensure(topic);
    for (const request of requestsOf(records)) await this.#producers.send(topic, request.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })));
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    for (const topic of options.topics) await this.#ensure(topic);
    const subscription = new KafkaSubscription(this.#kafka, options, this.#log);
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

  async *read(topic: string, options: ReadOptions = {}): AsyncIterable<TransportRecord> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      yield* readTopic(this.#kafka, admin, topic, options);
    } catch (error) {
      throw asTransportError(error);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    await this.#producers.close();
    await this.#admin?.then((admin) => admin.disconnect()).catch(() => {});
  }
}

/** A transport over Kafka; connects when it is first used. */
export function createKafkaTransport(options: KafkaOptions): Transport {
  return new KafkaTransport(options);
}
