/**
 * What a service publishes, declared once: the topics, the kinds of events on each, and the schema of their data. schema/events and its AsyncAPI document are made from
 * these declarations.
 */
import type { z } from 'zod';

export interface Publication {
  /** `<service>.<aggregate>`. */
  readonly topic: string;
  /** Full types, `olly.<service>.<aggregate>.<past tense>.v1`, that have the same data. */
  readonly types: readonly string[];
  /** What the key of an event is, for instance `the claim's locator`. Order holds per key. */
  readonly key: string;
  /** When it is told, in a sentence. */
  readonly description: string;
  /** The schema of `data`. */
  readonly data: z.ZodType;
}
