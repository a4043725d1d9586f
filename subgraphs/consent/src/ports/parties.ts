/** What consent asks of policy administration: whether a party exists, and before work on a deletion starts its id and birth date. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

export interface KnownParty {
  readonly id: string;
  readonly dateOfBirth: string | null;
}

export interface Parties {
  exists(partyLocator: string): Promise<boolean>;
  find(partyLocator: string): Promise<KnownParty | null>;
}

const CONTACTS = 'query ($parties: [ID!]!) { contacts(partyLocators: $parties) { partyLocator } }';
const answer = z.object({ contacts: z.array(z.object({ partyLocator: z.string() }).nullable()) });
const FACTS = 'query ($parties: [ID!]!) { contacts(partyLocators: $parties) { partyId dateOfBirth } }';
const facts = z.object({ contacts: z.array(z.object({ partyId: z.uuid(), dateOfBirth: z.iso.date().nullable() }).nullable()) });

export const partiesPort = (client: () => ServiceClient): Parties => ({
  exists: async (partyLocator) => answer.parse(await client().query(CONTACTS, { parties: [partyLocator] })).contacts[0] != null,
  async find(partyLocator) {
    const [found] = facts.parse(await client().query(FACTS, { parties: [partyLocator] })).contacts;
    return found ? { id: found.partyId, dateOfBirth: found.dateOfBirth } : null;
  },
});
