/** What others learn of a provider: where it stands and since when. Never a name, an address or a reviewer's notes. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import type { IsoDate } from '@olly/kit/time';
import { z } from 'zod';
import type { ProviderRow } from '../mappers.ts';

export const providerChanged = z.object({
  providerId: z.uuid(),
  provider: z.string(),
  partyId: z.uuid(),
  party: z.string(),
  networkStatus: z.enum(['PENDING', 'ACTIVE', 'SUSPENDED', 'TERMINATED']),
  from: z.iso.date(),
  access: z.array(accessEntry),
});

/** The party behind a provider stands in SELF towards it, from its registration on. */
export const accessOf = (provider: ProviderRow): AccessEntry[] => [
  {
    party: provider.party_locator,
    partyId: provider.party_id,
    target: provider.locator,
    targetId: provider.id,
    role: 'SELF',
    from: provider.created_at.toISOString().slice(0, 10),
    to: null,
  },
];

export type ProviderFact = 'registered' | 'activated' | 'suspended' | 'terminated';

export function providerEvent(provider: ProviderRow, fact: ProviderFact, from: IsoDate): NewEvent {
  const { id, locator, party_id, party_locator, network_status } = provider;
  const data = { providerId: id, provider: locator, partyId: party_id, party: party_locator, networkStatus: network_status, from, access: accessOf(provider) };
  return { topic: 'provider.provider', key: locator, type: `olly.provider.provider.${fact}.v1`, data: providerChanged.parse(data) };
}
