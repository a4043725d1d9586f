/**
 * Runs a projection for as long as the process lives, through any failure of the database or the transport. A batch that cannot be applied is split until the event
 * at fault stands alone; that one is tried a few times more, then goes to the dead letters, and the projection goes on. A failure of the database itself blames no
 * event: the batch comes again.
 */
import type { Metrics } from '../metrics/registry.ts';
import { isConnectionFailure, sqlState } from '../postgres/index.ts';
import { backoffMs, type EventLog, type Subscription, type Transport, TransportError, type TransportRecord } from '../transport/transport.ts';
import { applyBatch, CheckpointMoved, readCheckpoints, skipRecord, type Store } from './checkpoint.ts';
import { sendDeadLetter } from './dead-letters.ts';
import type { Projection } from './types.ts';

export interface ProjectionOptions extends Store {
  readonly projection: Projection;
  readonly transport: Transport;
  readonly log: EventLog;
  readonly metrics?: Metrics;
  /** At most this many events a transaction (500). */
  readonly batchMax?: number;
  /** How often an event that stands alone is tried before it is given to the dead letters (3). */
  readonly triesMax?: number;
}

export interface RunningProjection {
  /** Takes no more batches and waits for the running one. */
  stop(): Promise<void>;
}

const WATCH_MS = 2_000;
const TRY_AGAIN_MS = 50;

/** Conflicts, locks not granted, resources run out, cancelled and read-only servers: true of the moment, not of the event. */
const MOMENTARY = /^(25006|40|53|55|57)/;

function isMomentary(error: unknown): boolean {
  if (error instanceof CheckpointMoved || error instanceof TransportError) return true;
  const state = sqlState(error);
  return state ? MOMENTARY.test(state) || isConnectionFailure(error) : isConnectionFailure(error);
}

const placeOf = (topic: string, partition: number): string => `${partition}/${topic}`;

class Runner implements RunningProjection {
  readonly #options: ProjectionOptions;
  /** Where this process last saw each checkpoint. */
  readonly #positions = new Map<string, bigint>();
  readonly #done: Promise<void>;
  #subscription: Subscription | undefined;
  #isStopped = false;
  #wake = () => {};

  constructor(options: ProjectionOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake();
    await this.#done;
    await this.#subscription?.stop();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #run(): Promise<void> {
    const { projection, transport, log, batchMax } = this.#options;
    for (let failures = 1; !this.#isStopped && !this.#subscription; failures += 1) {
      try {
        this.#subscription = await transport.subscribe({
          group: projection.group,
          topics: projection.topics,
          batchMax,
          from: (topic, partition) => this.#startOf(topic, partition),
          onBatch: (topic, partition, records) => this.#onBatch(topic, partition, records),
        });
      } catch (err) {
        log.warn({ err, group: projection.group, attempt: failures }, 'A projection cannot subscribe yet');
        await this.#pause(backoffMs(failures, 100, 3_000));
      }
    }
    while (!this.#isStopped) {
      await this.#pause(WATCH_MS);
      if (!this.#isStopped) await this.#watch();
    }
  }

  async #startOf(topic: string, partition: number): Promise<bigint> {
    const checkpoints = await readCheckpoints(this.#options, this.#options.projection.group);
    const offset = checkpoints.find((each) => each.topic === topic && each.partition === partition)?.offset ?? 0n;
    this.#positions.set(placeOf(topic, partition), offset);
    return offset;
  }

  /** A rebuild moves checkpoints back while no event comes: look, so that it begins by itself. */
  async #watch(): Promise<void> {
    try {
      const seen = new Map(this.#positions);
      const checkpoints = await readCheckpoints(this.#options, this.#options.projection.group);
      const isRewound = checkpoints.some(({ topic, partition, offset }) => offset < (seen.get(placeOf(topic, partition)) ?? 0n));
      if (isRewound) this.#subscription?.reposition();
    } catch {
      // The database is away; whoever needs it says so.
    }
  }

  async #onBatch(topic: string, partition: number, records: readonly TransportRecord[]): Promise<void> {
    try {
      await this.#applyRange(topic, partition, records);
    } catch (error) {
      if (error instanceof CheckpointMoved) this.#subscription?.reposition();
      throw error;
    }
  }

  async #applyRange(topic: string, partition: number, records: readonly TransportRecord[]): Promise<void> {
    const { projection } = this.#options;
    const place = placeOf(topic, partition);
    const [only] = records;
    try {
      const result = await applyBatch(this.#options, projection, { topic, partition }, records, this.#positions.get(place) ?? 0n);
      this.#positions.set(place, result.position);
      this.#count(topic, 'applied', result.applied);
      this.#count(topic, 'seen', result.seen);
    } catch (error) {
      if (isMomentary(error)) throw error;
      if (records.length === 1 && only) return this.#applyAlone(only, error);
      const middle = Math.ceil(records.length / 2);
      await this.#applyRange(topic, partition, records.slice(0, middle));
      await this.#applyRange(topic, partition, records.slice(middle));
    }
  }

  /** An event that failed by itself: a few more tries, then the dead letters. */
  async #applyAlone(record: TransportRecord, first: unknown): Promise<void> {
    const { projection, transport, log, triesMax = 3 } = this.#options;
    const { topic, partition } = record;
    const place = placeOf(topic, partition);
    let failure = first;
    for (let tries = 1; tries < triesMax && !this.#isStopped; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS * 2 ** tries));
      try {
        const { position, applied } = await applyBatch(this.#options, projection, { topic, partition }, [record], this.#positions.get(place) ?? 0n);
        this.#positions.set(place, position);
        this.#count(topic, applied ? 'applied' : 'seen', 1);
        return;
      } catch (error) {
        if (isMomentary(error)) throw error;
        failure = error;
      }
    }
    // Stopping: the next process tries it from the start, rather than this one giving up early.
    if (this.#isStopped) throw failure;
    const letter = await sendDeadLetter(transport, projection.group, record, failure);
    this.#positions.set(place, await skipRecord(this.#options, projection.group, record, this.#positions.get(place) ?? 0n));
    this.#count(topic, 'dead', 1);
    log.error({ err: failure, group: projection.group, topic, partition, offset: letter.offset, eventId: letter.id, code: letter.code }, 'An event cannot be applied and went to the dead letters');
  }

  #count(topic: string, outcome: 'applied' | 'seen' | 'dead', count: number): void {
    if (count > 0) this.#options.metrics?.eventsApplied.inc({ group: this.#options.projection.group, topic, outcome }, count);
  }
}

/** Starts a projection; it runs until it is stopped. */
export function startProjection(options: ProjectionOptions): RunningProjection {
  return new Runner(options);
}
