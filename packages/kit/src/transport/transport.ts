/**
 * The one small interface over Kafka and the embedded log. The same contract test runs on both.
 * Topics exist once named (created on first use, six partitions, kept for ever). Order holds per key.
 */
export interface OutgoingRecord {
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
   * Called with records of one partition, in order. Resolved: the transport may commit the group's offset. Rejected: the same records
   * come again. `from` is where the projection's own checkpoint stands; a record below it may still come and is skipped there.
   */
  readonly onBatch: (topic: string, partition: number, records: readonly TransportRecord[]) => Promise<void>;
}

export interface Subscription {
  /** Stops taking batches, waits for the running one. */
  stop(): Promise<void>;
}

export interface Transport {
  readonly kind: 'kafka' | 'embedded';
  /** Durable when resolved. One call in flight at a time is the caller's duty (the relay's). */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  /** A new group starts from the beginning. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Records of a topic from the beginning, for replay and dead letters. */
  read(topic: string, options?: { fromOffset?: bigint; limitMax?: number }): AsyncIterable<TransportRecord>;
  close(): Promise<void>;
}
