/** What consent asks of policy administration: whether a party exists. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

export interface Parties {
  exists(partyLocator: string): Promise<boolean>;
}

const CONTACTS = 'query ($parties: [ID!]!) { contacts(partyLocators: $parties) { partyLocator } }';
const answer = z.object({ contacts: z.array(z.object({ partyLocator: z.string() }).nullable()) });

export const partiesPort = (client: () => ServiceClient): Parties => ({
  exists: async (partyLocator) => answer.parse(await client().query(CONTACTS, { parties: [partyLocator] })).contacts[0] != null,
});
