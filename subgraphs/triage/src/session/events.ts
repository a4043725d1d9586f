/** What others learn of a session: that it was completed or stopped. Never what was said, nor how urgent it was: the level is health data. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { TriageSessionRow } from '../mappers.ts';

export const sessionTold = z.object({ sessionId: z.uuid(), session: z.string(), partyId: z.uuid(), party: z.string() });

export function sessionEvent(what: 'completed' | 'abandoned' | 'stopped', row: TriageSessionRow): NewEvent {
  const data = sessionTold.parse({ sessionId: row.id, session: row.locator, partyId: row.party_id, party: row.party_locator });
  return { topic: 'triage.session', key: row.locator, type: `olly.triage.session.${what}.v1`, data };
}
