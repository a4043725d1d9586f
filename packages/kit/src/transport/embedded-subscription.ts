/**
 * One group's reading in one process. Partitions are held by advisory locks, a fair share a process: when members come or go, the surplus is released between
 * batches and the rest taken up; what a dead process held is free as soon as PostgreSQL has noticed. One loop does it all, in turns, so a partition is never
 * given up while its batch runs.
 */
import type { Pool } from 'pg';
import type { TopicHeads } from './embedded-heads.ts';
import { commitOffset, committedOffset, readPartitions, type Topic } from './embedded-log.ts';
import { type LogSession, lockKey } from './embedded-session.ts';
import { BATCH_MAX, backoffMs, type EventLog, type SubscribeOptions, type Subscription, type TransportRecord } from './transport.ts';

const BALANCE_MS = 1_000;
const SLEEP_MS = 1_000;
/** While the log's database is away: how often it is tried, and how often that is told. */
const RETRY_MS_MAX = 1_000;
const LOG_EVERY = 30;

interface Owned {
  readonly key: string;
  readonly topic: Topic;
  readonly partition: number;
  /** The next offset to read; undefined until asked for. */
  position?: bigint;
  failures: number;
  retryAt: number;
}

export interface SubscriptionDeps {
  readonly pool: Pool;
  readonly session: LogSession;
  readonly heads: TopicHeads;
  readonly log: EventLog;
}

export class EmbeddedSubscription implements Subscription {
  readonly #options: SubscribeOptions;
  readonly #deps: SubscriptionDeps;
  readonly #all: readonly { key: string; topic: Topic; partition: number }[];
  readonly #groupKey: string;
  readonly #owned = new Map<string, Owned>();
  #isMember = false;
  #isStopped = false;
  #balancedAt = 0;
  #forget = () => {};
  #done: Promise<void> = Promise.resolve();

  constructor(options: SubscribeOptions, topics: readonly Topic[], deps: SubscriptionDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#groupKey = lockKey('group', options.group);
    this.#all = topics.flatMap((topic) => Array.from({ length: topic.partitions }, (_, partition) => ({ key: lockKey(options.group, topic.name, partition), topic, partition })));
  }

  start(): void {
    const { heads, session } = this.#deps;
    heads.watch(this.#options.topics);
    this.#forget = session.onLost(() => {
      this.#owned.clear();
      this.#isMember = false;
      this.#balancedAt = 0;
      heads.wake();
    });
    this.#done = this.#run();
  }

  reposition(): void {
    for (const owned of this.#owned.values()) owned.position = undefined;
    this.#deps.heads.wake();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#deps.heads.wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { heads, session, log } = this.#deps;
    let failures = 0;
    while (!this.#isStopped) {
      try {
        await this.#balance();
        const hasWorked = await this.#turn();
        failures = 0;
        if (!hasWorked && !this.#isStopped) await heads.sleep(this.#sleepMs());
      } catch (err) {
        failures += 1;
        if (failures === 1 || failures % LOG_EVERY === 0) log.warn({ err, group: this.#options.group, attempt: failures }, 'Reading from the log failed');
        if (!this.#isStopped) await heads.sleep(backoffMs(failures, 50, RETRY_MS_MAX));
      }
    }
    this.#forget();
    heads.unwatch(this.#options.topics);
    await session.releaseLocks([...this.#owned.keys()]).catch(() => {});
    if (this.#isMember) await session.leave(this.#groupKey).catch(() => {});
    this.#owned.clear();
  }

  #sleepMs(): number {
    const waiting = [...this.#owned.values()].filter(({ failures }) => failures > 0).map(({ retryAt }) => retryAt - Date.now());
    return Math.max(5, Math.min(SLEEP_MS, ...waiting));
  }

  /** Holds a fair share of the partitions: the whole where this process is alone. */
  async #balance(): Promise<void> {
    if (Date.now() - this.#balancedAt < BALANCE_MS) return;
    const { session } = this.#deps;
    if (!this.#isMember) {
      await session.join(this.#groupKey);
      this.#isMember = true;
    }
    const members = (await session.members()).get(this.#groupKey) ?? 1;
    const share = Math.ceil(this.#all.length / members);
    const surplus = [...this.#owned.keys()].slice(share);
    for (const key of surplus) this.#owned.delete(key);
    await session.releaseLocks(surplus);
    if (this.#owned.size < share) {
      const taken = new Set(await session.takeLocks(this.#all.map(({ key }) => key), share - this.#owned.size));
      for (const each of this.#all) if (taken.has(each.key)) this.#owned.set(each.key, { ...each, failures: 0, retryAt: 0 });
    }
    this.#balancedAt = Date.now();
  }

  /** Reads what is new in the partitions held and hands it on; false when nothing was. */
  async #turn(): Promise<boolean> {
    const { heads, pool } = this.#deps;
    const byTopic = new Map<Topic, Owned[]>();
    for (const owned of this.#owned.values()) {
      if (owned.retryAt > Date.now()) continue;
      if (owned.position === undefined) owned.position = await this.#startOf(owned);
      if (owned.position < heads.of(owned.topic.name)) byTopic.set(owned.topic, [...(byTopic.get(owned.topic) ?? []), owned]);
    }
    const limit = this.#options.batchMax ?? BATCH_MAX;
    for (const [topic, owned] of byTopic) {
      const head = heads.of(topic.name);
      const wanted = owned.map(({ partition, position = 0n }) => ({ partition, from: position }));
      const found = await readPartitions(pool, topic, wanted, limit);
      for (const each of owned) {
        const records = found.get(each.partition) ?? [];
        // The head was known before the read: a partition that gave less than it might has nothing more below it.
        const seenTo = records.length < limit ? head : 0n;
        if (records.length > 0) await this.#deliver(each, records, seenTo);
        else if (each.position !== undefined && each.position < seenTo) each.position = seenTo;
      }
    }
    return byTopic.size > 0;
  }

  async #startOf({ topic, partition }: Owned): Promise<bigint> {
    const { from, group } = this.#options;
    return from ? from(topic.name, partition) : ((await committedOffset(this.#deps.pool, group, topic, partition)) ?? 0n);
  }

  async #deliver(owned: Owned, records: readonly TransportRecord[], seenTo: bigint): Promise<void> {
    const isHeld = () => this.#owned.get(owned.key) === owned && !this.#isStopped;
    if (!isHeld()) return;
    const { topic, partition } = owned;
    const before = owned.position;
    try {
      await this.#options.onBatch(topic.name, partition, records);
    } catch (err) {
      owned.failures += 1;
      owned.retryAt = Date.now() + backoffMs(owned.failures);
      this.#deps.log.warn({ err, group: this.#options.group, topic: topic.name, partition, attempt: owned.failures }, 'A batch was not taken and comes again');
      return;
    }
    owned.failures = 0;
    const next = (records.at(-1)?.offset ?? 0n) + 1n;
    // Repositioned meanwhile: what was asked for counts.
    if (owned.position === before) owned.position = next > seenTo ? next : seenTo;
    if (this.#owned.get(owned.key) !== owned) return;
    await this.#deps.session.run(async (client) => {
      if (this.#owned.get(owned.key) === owned) await commitOffset(client, this.#options.group, topic, partition, next);
    });
  }
}
