/** A market, people and an account made through real commands, for tests. */
import { type TestSubgraph, person } from '@olly/kit/testing';
import { usGold } from './fixtures.ts';

export const admin = person(['admin']);
export const underwriter = person(['underwriter']);

let keys = 0;
export const key = (): string => {
  keys += 1;
  return `key-${keys}`;
};

export const US_MARKET = {
  marketCode: 'US',
  currency: 'USD',
  jurisdiction: 'New York',
  document: {
    taxes: [{ name: 'Premium tax', rate: '0.0175', region: 'NY', from: '2020-01-01' }],
    coolingOffDays: 10,
    usesNpi: true,
    timeZone: 'America/New_York',
    outOfPocketMaximums: { 2026: { person: '10600.00', family: '21200.00' } },
  },
};

const REGISTER = `mutation ($input: RegisterPartyInput!) { registerParty(input: $input) { ... on Party { id locator } ... on PartyRefusal { code message field } } }`;
const OPEN = `mutation ($input: OpenAccountInput!) { openAccount(input: $input) { ... on Account { id locator displayNumber } ... on PartyRefusal { code field } } }`;

export async function makeWorld(subgraph: TestSubgraph) {
  const register = async (who = admin, more: object = {}) =>
    (await subgraph.data(who, REGISTER, { input: { type: 'INDIVIDUAL', firstName: 'Ada', lastName: 'Moss', dateOfBirth: '1990-06-01', email: 'ada@example.org', idempotencyKey: key(), ...more } })).registerParty;
  const openAccount = async (holder: { locator: string }, who = admin, more: object = {}) =>
    (await subgraph.data(who, OPEN, { input: { holderLocator: holder.locator, name: 'Household', billingLevel: 'ACCOUNT', currency: 'USD', marketCode: 'US', idempotencyKey: key(), ...more } })).openAccount;
  await subgraph.data(admin, 'mutation ($input: SaveMarketProfileInput!) { saveMarketProfile(input: $input) { __typename ... on ProductRefusal { message } } }', { input: US_MARKET });
  const publishProduct = async (code: string, document: object = usGold, effectiveFrom = '2026-01-01') => {
    const { createProduct } = await subgraph.data(admin, 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { ... on Product { locator } } }', {
      input: { code, name: code, lob: 'INDIVIDUAL_HEALTH', marketCode: 'US' },
    });
    return { locator: createProduct.locator, ...(await publishVersion(subgraph, createProduct.locator, document, effectiveFrom)) };
  };
  return { register, openAccount, publishProduct };
}

/** Drafts and publishes a version; answers its id, or the refusal. */
export async function publishVersion(subgraph: TestSubgraph, productLocator: string, document: object = usGold, effectiveFrom = '2026-01-01') {
  const { draftProductVersion: draft } = await subgraph.data(admin, 'mutation ($input: DraftProductVersionInput!) { draftProductVersion(input: $input) { ... on ProductVersion { id } ... on ProductRefusal { code message } } }', {
    input: { productLocator, effectiveFrom, document },
  });
  if (draft.code) return draft;
  const { publishProductVersion } = await subgraph.data(admin, 'mutation ($id: ID!) { publishProductVersion(input: { id: $id }) { ... on ProductVersion { id version status } ... on ProductRefusal { code message } } }', { id: draft.id });
  return publishProductVersion;
}
