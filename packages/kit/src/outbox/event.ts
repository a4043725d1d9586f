/**
 * Events on the wire: CloudEvents 1.0. They carry locators, ids, codes and amounts; never names, contact details or diagnoses.
 */
export interface CloudEvent<T = Record<string, unknown>> {
  readonly specversion: '1.0';
  /** UUIDv7; what the inbox of a projection knows an event by. */
  readonly id: string;
  /** `/olly/<service>`. */
  readonly source: string;
  /** `olly.<service>.<aggregate>.<past tense>.v1`. */
  readonly type: string;
  /** The aggregate's locator; also the Kafka key. */
  readonly subject: string;
  /** RFC 3339, business time. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly traceparent?: string;
  readonly data: T;
}

/** What a command hands to `appendToOutbox`; the kit adds the rest of the envelope. */
export interface NewEvent<T = Record<string, unknown>> {
  /** `<service>.<aggregate>`, the topic. */
  readonly topic: string;
  /** The aggregate's locator. */
  readonly key: string;
  /** `olly.<service>.<aggregate>.<past tense>.v1`. */
  readonly type: string;
  readonly data: T;
  /** Only where the same fact could be told twice, for instance by a job that runs again: a UUID derived from the fact. */
  readonly id?: string;
}
