/**
 * Writes events into a service's outbox, within the transaction of what they tell: both are committed, or neither. Lock the aggregate's row first
 * (or insert it in the same transaction), so that the order of a key in the outbox is the order of its commits.
 */
import type { ClientBase } from 'pg';
import type { Ids } from '../locator/index.ts';
import type { Clock } from '../time/index.ts';
import type { CloudEvent, NewEvent } from './event.ts';

/** Where an event comes from. Every request's context is one; a projection or job that publishes makes its own. */
export interface EventOrigin {
  /** The service's name, for `source`. */
  readonly service: string;
  /** The schema with the `outbox` table. */
  readonly schema: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The trace that caused it. */
  readonly traceparent?: string;
}

/** The whole envelope of an event. */
export function cloudEvent(origin: EventOrigin, { type, key, data, id }: NewEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: id ?? origin.ids.id(),
    source: `/olly/${origin.service}`,
    type,
    subject: key,
    time: origin.clock.now().toISOString(),
    datacontenttype: 'application/json',
    ...(origin.traceparent && { traceparent: origin.traceparent }),
    data,
  };
}

/** Adds events in the order given, in one statement. An `id` that is already there is left alone: a job that runs twice tells once. */
export async function appendToOutbox(tx: ClientBase, origin: EventOrigin, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({ event, envelope: cloudEvent(origin, event) }));
  await tx.query({
    name: `outbox:${origin.schema}`,
    text: `INSERT INTO ${origin.schema}.outbox (event_id, topic, key, type, payload)
           SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[]) ON CONFLICT (event_id) DO NOTHING`,
    values: [
      rows.map((row) => row.envelope.id),
      rows.map((row) => row.event.topic),
      rows.map((row) => row.event.key),
      rows.map((row) => row.event.type),
      rows.map((row) => JSON.stringify(row.envelope)),
    ],
  });
}
