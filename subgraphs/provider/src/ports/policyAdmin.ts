/** What the directory asks of policy administration: whether a party is there, under both of its names. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const contact = z.object({ partyId: z.string(), partyLocator: z.string() }).nullable();

export interface PolicyAdminPort {
  partyExists(party: { readonly id: string; readonly locator: string }): Promise<boolean>;
}

const CONTACTS = 'query ($partyLocators: [ID!]!) { contacts(partyLocators: $partyLocators) { partyId partyLocator } }';

export function policyAdminPort(client: ServiceClient): PolicyAdminPort {
  return {
    async partyExists({ id, locator }) {
      const { contacts } = await client.query<{ contacts: unknown }>(CONTACTS, { partyLocators: [locator] });
      const [found] = z.array(contact).parse(contacts);
      return found?.partyId === id;
    },
  };
}
