/** Whom to tell: asked of policy administration each time, since names and addresses are in no event and are not kept here. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const contact = z.object({ partyId: z.uuid(), partyLocator: z.string(), displayName: z.string(), email: z.string().nullish(), phone: z.string().nullish() });
export type Contact = z.infer<typeof contact>;
const contacts = z.object({ contacts: z.array(contact.nullable()) });
const CONTACTS = 'query ($parties: [ID!]!) { contacts(partyLocators: $parties) { partyId partyLocator displayName email phone } }';

const parties = z.object({ _entities: z.array(z.object({ locator: z.string() }).nullable()) });
const PARTY = 'query ($references: [_Any!]!) { _entities(representations: $references) { ... on Party { locator } } }';

const account = z.object({ account: z.object({ market: z.object({ marketCode: z.string() }).nullable(), holder: z.object({ locator: z.string() }) }).nullable() });
const ACCOUNT = 'query ($locator: ID!) { account(locator: $locator) { market { marketCode } holder { locator } } }';

export interface Ports {
  /** In the order of the locators; null for a party that does not exist. */
  contacts(parties: readonly string[]): Promise<(Contact | null)[]>;
  /** The locator of a party that an event names by id only; null when there is none. */
  partyLocator(id: string): Promise<string | null>;
  /** Who answers for an account, and in which market it is; null when there is no such account. */
  account(locator: string): Promise<{ readonly holder: string; readonly market: string | null } | null>;
}

export function createPorts(service: (name: string) => ServiceClient): Ports {
  const admin = () => service('policy_admin');
  return {
    contacts: async (parties) => (parties.length === 0 ? [] : contacts.parse(await admin().query(CONTACTS, { parties })).contacts),
    partyLocator: async (id) => parties.parse(await admin().query(PARTY, { references: [{ __typename: 'Party', id }] }))._entities[0]?.locator ?? null,
    async account(locator) {
      const found = account.parse(await admin().query(ACCOUNT, { locator })).account;
      return found && { holder: found.holder.locator, market: found.market?.marketCode ?? null };
    },
  };
}
