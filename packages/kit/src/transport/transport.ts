/**
 * The one small interface over Kafka and the embedded log. The same contract test runs on both. What always holds: a topic exists once it is named (made on
 * first use, six partitions by key hash, kept for ever), order holds per key, and a record that `send` has acknowledged reaches every group at least once.
 */
export interface OutgoingRecord {
  /** Records of one key keep their order. */
  readonly key: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TransportRecord extends OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  /** Rises within a partition; need not be contiguous. */
  readonly offset: bigint;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** At most this many records a batch (default 500). */
  readonly batchMax?: number;
  /**
   * Called with records of one partition, in order; of one partition never twice at a time in one process. Resolved: the transport may commit the group's
   * offset. Rejected: the same records come again, after a pause that grows.
   */
  readonly onBatch: (topic: string, partition: number, records: readonly TransportRecord[]) => Promise<void>;
  /**
   * Where the group's own checkpoint stands: the offset to go on from, asked whenever a partition is taken up. It outranks the offset that the transport has
   * committed for the group. A record below it may still come and is for the caller to skip.
   */
  readonly from?: (topic: string, partition: number) => Promise<bigint>;
}

export interface Subscription {
  /** Asks `from` again for every partition this process has, and goes on there: the checkpoints were moved by somebody else. */
  reposition(): void;
  /** Stops taking batches, waits for the running one. */
  stop(): Promise<void>;
}

export interface ReadOptions {
  /** One partition; all of them, one after the other, unless told. */
  readonly partition?: number;
  /** Begins here in each partition read. */
  readonly fromOffset?: bigint;
  readonly limitMax?: number;
}

export interface Transport {
  readonly kind: 'kafka' | 'embedded';
  /**
   * Durable when resolved. One call in flight at a time is the caller's duty (the relay's). Rejects with a TransportError; then it is not known whether the
   * records arrived, and sending them again may double them.
   */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  /** A new group starts from the beginning. Several processes may subscribe as one group: each partition is with one of them at a time. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** What a topic holds now, partition by partition, in order: for replay and dead letters. A topic that was never named is empty. */
  read(topic: string, options?: ReadOptions): AsyncIterable<TransportRecord>;
  close(): Promise<void>;
}

/** How many partitions a new topic gets. Never changed afterwards: the order per key hangs on it. */
export const PARTITIONS = 6;
export const BATCH_MAX = 500;

/**
 * Why a send failed. `unavailable`: the transport is down or busy, anything would have failed, try again for ever. `refused`: the transport is well and does
 * not take these very records, now or later. `unknown`: neither can be said of it.
 */
export type TransportFailure = 'unavailable' | 'refused' | 'unknown';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;
  /** A short stable code, fit for a log or a column. */
  readonly code: string;

  constructor(failure: TransportFailure, code: string, cause?: unknown) {
    super(`The transport failed: ${code}`, { cause });
    this.failure = failure;
    this.code = code;
  }
}

/** What the mechanism says of its work: ids, counts and codes; never what a record holds. */
export interface EventLog {
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** A pause that grows with each failure in a row, and a little by chance, so that many do not return at once. */
export function backoffMs(failures: number, minMs = 50, maxMs = 5_000): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 16)) * (0.75 + Math.random() / 2);
}
