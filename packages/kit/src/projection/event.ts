/** Reads what travels as an event: only what the mechanism itself needs is checked here, each projection checks the data it uses. */
import type { CloudEvent } from '../outbox/event.ts';

/** Any UUID; case as it came. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What cannot be read as an event at all, whatever the projection. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
  readonly code = 'MALFORMED_EVENT';
}

/** The event in a record's value. Throws MalformedEvent, which quotes nothing. */
export function parseEvent(value: string): CloudEvent {
  let event: Partial<CloudEvent> | null;
  try {
    event = JSON.parse(value) as Partial<CloudEvent> | null;
  } catch {
    throw new MalformedEvent();
  }
  const isEvent = typeof event?.id === 'string' && UUID.test(event.id) && typeof event.type === 'string' && typeof event.subject === 'string';
  if (!isEvent || typeof event?.data !== 'object' || event.data === null) throw new MalformedEvent();
  return event as CloudEvent;
}

/** A short code for an error that may be kept and shown: an SQLSTATE, the error's own code, or its class. Never its message, which may quote data. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  const { code } = error as Error & { code?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{2,64}$/.test(code)) return code;
  return /^[A-Za-z0-9_]{1,64}$/.test(error.name) ? error.name : 'UNKNOWN';
}
