/**
 * What documents asks of other services, each time it produces something: names and addresses are in no event and are not kept here beyond the document itself.
 * Answers are checked; what does not fit is an error that the job meets again later.
 */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const amount = z.object({ amount: z.string(), currency: z.string() });

const contact = z.object({
  partyLocator: z.string(),
  displayName: z.string(),
  address: z.object({ lines: z.array(z.string()), city: z.string().nullish(), region: z.string().nullish(), postcode: z.string().nullish(), country: z.string() }).nullish(),
});
export type Contact = z.infer<typeof contact>;
const contacts = z.object({ contacts: z.array(contact.nullable()) });
const CONTACTS = 'query ($parties: [ID!]!) { contacts(partyLocators: $parties) { partyLocator displayName address { lines city region postcode country } } }';

const parties = z.object({ _entities: z.array(z.object({ locator: z.string() }).nullable()) });
const PARTY = 'query ($references: [_Any!]!) { _entities(representations: $references) { ... on Party { locator } } }';

const account = z.object({ account: z.object({ displayNumber: z.string(), market: z.object({ marketCode: z.string() }), holder: z.object({ locator: z.string() }) }).nullable() });
const ACCOUNT = 'query ($locator: ID!) { account(locator: $locator) { displayNumber market { marketCode } holder { locator } } }';

const market = z.object({ marketProfile: z.object({ marketCode: z.string() }).nullable() });
const MARKET = 'query ($code: String!) { marketProfile(marketCode: $code) { marketCode } }';

const product = z.object({ product: z.object({ name: z.string() }).nullable() });
const PRODUCT = 'query ($code: String!) { product(code: $code) { name } }';

const invoice = z.object({
  invoice: z
    .object({
      total: amount,
      dueDate: z.string(),
      lines: z.array(z.object({ lineNumber: z.number(), description: z.string(), amount })),
      installments: z.array(z.object({ number: z.number(), dueDate: z.string(), amount })),
    })
    .nullable(),
});
const INVOICE = `query ($locator: ID!) { invoice(locator: $locator) { total { amount currency } dueDate
  lines { lineNumber description amount { amount currency } } installments { number dueDate amount { amount currency } } } }`;
export type InvoiceDetails = NonNullable<z.infer<typeof invoice>['invoice']>;

const claim = z.object({
  claim: z
    .object({
      lines: z
        .array(
          z.object({
            lineNumber: z.number(),
            serviceDate: z.string(),
            procedureCode: z.string().nullish(),
            claimed: amount,
            planPays: amount.nullish(),
            memberOwes: amount.nullish(),
            adjustments: z.array(z.object({ group: z.string(), reasonCode: z.string(), reason: z.string(), amount })),
          }),
        )
        .nullish(),
    })
    .nullable(),
});
const CLAIM = `query ($locator: ID!) { claim(locator: $locator) { lines { lineNumber serviceDate procedureCode claimed { amount currency } planPays { amount currency }
  memberOwes { amount currency } adjustments { group reasonCode reason amount { amount currency } } } } }`;
export type ClaimLineDetails = NonNullable<NonNullable<z.infer<typeof claim>['claim']>['lines']>[number];

export interface AccountDetails {
  readonly displayNumber: string;
  readonly market: string;
  readonly holder: string;
}

export interface Ports {
  /** In the order of the locators; null for a party that does not exist. */
  contacts(parties: readonly string[]): Promise<(Contact | null)[]>;
  /** The locator of a party that an event names by id only; null when there is none. */
  partyLocator(id: string): Promise<string | null>;
  account(locator: string): Promise<AccountDetails | null>;
  hasMarket(code: string): Promise<boolean>;
  productName(code: string): Promise<string | null>;
  invoice(locator: string): Promise<InvoiceDetails | null>;
  /** The lines as they stand now, which may be later than the event; empty when there is no such claim. */
  claimLines(locator: string): Promise<readonly ClaimLineDetails[]>;
}

export function createPorts(service: (name: string) => ServiceClient): Ports {
  const admin = () => service('policy_admin');
  return {
    contacts: async (parties) => (parties.length === 0 ? [] : contacts.parse(await admin().query(CONTACTS, { parties })).contacts),
    partyLocator: async (id) => parties.parse(await admin().query(PARTY, { references: [{ __typename: 'Party', id }] }))._entities[0]?.locator ?? null,
    async account(locator) {
      const found = account.parse(await admin().query(ACCOUNT, { locator })).account;
      return found && { displayNumber: found.displayNumber, market: found.market.marketCode, holder: found.holder.locator };
    },
    hasMarket: async (code) => market.parse(await admin().query(MARKET, { code })).marketProfile !== null,
    productName: async (code) => product.parse(await admin().query(PRODUCT, { code })).product?.name ?? null,
    claimLines: async (locator) => claim.parse(await service('claims').query(CLAIM, { locator })).claim?.lines ?? [],
    invoice: async (locator) => invoice.parse(await service('billing').query(INVOICE, { locator })).invoice,
  };
}
