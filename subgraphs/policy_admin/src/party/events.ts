/** What others learn of a party: that it exists, and who may see it. Never a name, a birth date or an address. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { PartyRow } from '../mappers.ts';

export const partyRegistered = z.object({ partyId: z.uuid(), party: z.string(), partyType: z.enum(['INDIVIDUAL', 'ORGANISATION', 'PROVIDER']), access: z.array(accessEntry) });

export function partyRegisteredEvent(party: PartyRow, access: readonly AccessEntry[]): NewEvent {
  const data = partyRegistered.parse({ partyId: party.id, party: party.locator, partyType: party.type, access });
  return { topic: 'policy_admin.party', key: party.locator, type: 'olly.policy_admin.party.registered.v1', data };
}
