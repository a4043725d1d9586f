/** What others learn of a consent: whose, about what, and that it holds or no longer does. In order for each party, whose locator is the key. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { ConsentRecordRow } from '../mappers.ts';
import { CONSENT_TYPES } from './consent.ts';

export const consentChanged = z.object({ party: z.string(), consentType: z.enum(CONSENT_TYPES), granted: z.boolean(), changedAt: z.iso.datetime() });

export function consentEvent(record: ConsentRecordRow): NewEvent {
  const data = consentChanged.parse({
    party: record.party_locator,
    consentType: record.consent_type,
    granted: record.granted,
    changedAt: record.changed_at.toISOString(),
  });
  return { topic: 'consent.consent', key: record.party_locator, type: `olly.consent.consent.${record.granted ? 'granted' : 'withdrawn'}.v1`, data };
}
