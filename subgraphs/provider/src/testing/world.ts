/** Providers made through real commands, for tests. */
import type { Identity } from '@olly/kit/auth';
import { newId, newLocator } from '@olly/kit/locator';
import { type FakeServices, person, type TestSubgraph } from '@olly/kit/testing';

export const admin = person(['admin']);
export const finance = person(['finance']);
export const member = person(['member'], { id: newId(), locator: newLocator('pty') });

const parties = new Map<string, string>();
/** Policy administration: it knows the parties that a world has made. */
export const services: FakeServices = {
  policy_admin: (_document, { partyLocators }) => ({
    contacts: (partyLocators as string[]).map((locator) => (parties.has(locator) ? { partyId: parties.get(locator), partyLocator: locator } : null)),
  }),
};

let keys = 0;
export const key = (): string => {
  keys += 1;
  return `key-${keys}`;
};

/** A valid NPI for a number below a billion: nine digits and their check digit. */
export function npi(serial: number): string {
  const nine = String(100_000_000 + serial);
  const sum = [...nine].map(Number).reduce((total, digit, index) => {
    const weighed = index % 2 === 0 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 24);
  return `${nine}${(10 - (sum % 10)) % 10}`;
}

const REGISTER = 'mutation ($input: RegisterProviderInput!) { registerProvider(input: $input) { ... on Provider { id locator npi networkStatus } ... on ProviderRefusal { code field } } }';
const SUBMIT = 'mutation ($input: SubmitCredentialingInput!) { submitCredentialing(input: $input) { ... on CredentialingRequest { id locator status } ... on CredentialingRefusal { code message } } }';
const decision = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ... on CredentialingRequest { locator status reviewedAt reviewerNotes } ... on CredentialingRefusal { code message field } } }`;
const status = (name: string) => `mutation ($input: ChangeProviderStatusInput!) { ${name}(input: $input) { ... on Provider { locator networkStatus } ... on ProviderRefusal { code message field } } }`;
const AGREE = 'mutation ($input: AgreeFeeInput!) { agreeFee(input: $input) { ... on Fee { id amount { amount currency } effectiveFrom effectiveTo } ... on ProviderRefusal { code field } } }';

export function makeWorld(subgraph: TestSubgraph) {
  let serial = 0;
  const newParty = () => {
    const party = { id: newId(), locator: newLocator('pty') };
    parties.set(party.locator, party.id);
    return party;
  };
  const register = async (more: object = {}, who: Identity = admin, party = newParty()) => {
    serial += 1;
    const input = { idempotencyKey: key(), partyId: party.id, partyLocator: party.locator, market: 'US', npi: npi(serial), name: `Practice ${serial}`, specialty: 'Physiotherapy', ...more };
    return (await subgraph.data(who, REGISTER, { input })).registerProvider;
  };
  const submit = async (provider: string, who: Identity = admin, idempotencyKey = key()) => (await subgraph.data(who, SUBMIT, { input: { provider, idempotencyKey } })).submitCredentialing;
  const decide = async (name: 'review' | 'approve' | 'reject' | 'withdraw', request: string, more: object = {}, who: Identity = admin) =>
    (await subgraph.data(who, decision(`${name}Credentialing`, `${name[0]?.toUpperCase()}${name.slice(1)}CredentialingInput`), { input: { request, ...more } }))[`${name}Credentialing`];
  const change = async (name: 'suspend' | 'reinstate' | 'terminate', provider: string, more: object = {}) =>
    (await subgraph.data(admin, status(`${name}Provider`), { input: { provider, reason: 'AUDIT', ...more } }))[`${name}Provider`];
  const credential = async (provider: string, more: object = {}) => {
    const request = await submit(provider);
    await decide('review', request.locator);
    return decide('approve', request.locator, more);
  };
  const agreeFee = async (more: object) =>
    (await subgraph.data(finance, AGREE, { input: { idempotencyKey: key(), procedureCode: '97110', amount: { amount: '80.00', currency: 'USD' }, from: '2026-01-01', ...more } })).agreeFee;
  return { newParty, register, submit, decide, change, credential, agreeFee };
}
