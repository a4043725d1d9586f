/** Money that is none, steps that a state does not allow, and text that means to be code, sent into a whole system: each gets its code, and what may be stored is stored as it is written. */
import { addDays } from '@olly/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, credentialedProvider, quoteToUnderwriting, registerFirm, versionOf } from '../demo/flow.ts';
import { moveClock } from '../start/platform.ts';
import { today } from './people.ts';
import { sharedHouse, until } from './system.ts';
import { codesOf, newKey, refusal, SUBMIT, type Victim, victimIn } from './victim.ts';

const DAY_MS = 86_400_000;
const house = sharedHouse();
const codes = codesOf(house);
let victim: Victim;
beforeAll(async () => {
  victim = await victimIn(house);
});
afterAll(() => house.stop());

const money = (amount: unknown, currency = 'USD') => ({ amount: { amount, currency } });

describe('money and states', () => {
  it.each([['-5.00'], ['NaN'], ['1e308'], [1e308], ['1.234'], ['Infinity'], ['0x10'], ['99999999999999999999.00'], ['1,000.00'], ['']])('an amount of %s is no input', async (amount) => {
    expect(await codes(victim.name, SUBMIT, { input: victim.claim(money(amount)) })).toEqual(['BAD_USER_INPUT']);
  });

  it('in another currency than the claim’s or the account’s is refused', async () => {
    expect((await house.data(victim.name, SUBMIT, { input: victim.claim(money('10.00', 'GBP')) })).submitClaim.code).toBe('CURRENCY_MISMATCH');
    const payment = { account: victim.account.locator, amount: { amount: '5.00', currency: 'GBP' }, method: 'BANK_TRANSFER', reference: 'x', idempotencyKey: 'attack-currency' };
    expect(await refusal(command(house.data, 'finance', 'recordPayment', payment, 'Payment', 'status'))).toBe('CURRENCY_MISMATCH');
  });

  it('the same key with another body is refused, and with the same body answered again', async () => {
    const input = victim.claim({ serviceDate: addDays(today(), -4) });
    const first = (await house.data(victim.name, SUBMIT, { input })).submitClaim;
    expect((await house.data(victim.name, SUBMIT, { input })).submitClaim.locator).toBe(first.locator);
    expect((await house.data(victim.name, SUBMIT, { input: { ...input, lines: [{ ...input.lines[0], ...money('151.00') }] } })).submitClaim.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('a step that a state does not allow names both states', async () => {
    const claim = (await house.data(victim.name, SUBMIT, { input: victim.claim({ serviceDate: addDays(today(), -5) }) })).submitClaim;
    expect(claim.status).toBe('APPROVED');
    const { withdrawClaim } = await house.data(victim.name, 'mutation W($l: ID!) { withdrawClaim(input: { claim: $l }) { __typename ... on ClaimRefusal { code message } } }', { l: claim.locator });
    expect(withdrawClaim).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: expect.stringMatching(/APPROVED.*WITHDRAWN/) });
  });

  it('a claim outside cover is refused, and so is one for care that has not happened', async () => {
    expect((await house.data(victim.name, SUBMIT, { input: victim.claim({ serviceDate: addDays(today(), -200) }) })).submitClaim.code).toBe('NOT_COVERED');
    expect((await house.data(victim.name, SUBMIT, { input: victim.claim({ serviceDate: addDays(today(), 40) }) })).submitClaim.code).toBe('SERVICE_DATE_IN_FUTURE');
  });

  it('an inactive provider is refused', async () => {
    const party = await registerFirm(house.data, 'admin', 'Closed Clinic', 'attack-closed', 'PROVIDER');
    const closed = await credentialedProvider(house.data, 'admin', { party, market: 'US', npi: '1992999999', name: 'Closed Clinic', specialty: 'General practice', networks: ['EMPIRE'], from: '2025-01-01' }, 'attack-closed-provider');
    const suspended = await refusal(command(house.data, 'admin', 'suspendProvider', { provider: closed.locator, from: addDays(today(), -30), reason: 'Closed' }, 'Provider', 'networkStatus'));
    expect(['DONE', 'ILLEGAL_TRANSITION']).toContain(suspended); // the second on a system that was attacked before
    expect((await house.data(victim.name, SUBMIT, { input: victim.claim({ serviceDate: addDays(today(), -6) }, { provider: closed.locator }) })).submitClaim.code).toBe('PROVIDER_INACTIVE');
  });

  it('of 200 callers for one slot one gets it, and 199 are told that it is taken', async () => {
    const doctor = (await house.sql<{ acts_for: { provider: string } }>('olly_platform', "SELECT acts_for FROM personas WHERE name = 'provider'"))[0]?.acts_for.provider as string;
    const day = addDays(today(), 20 + Math.floor(Math.random() * 300));
    const { slots } = await command(house.data, 'provider', 'publishSlots', { provider: doctor, timeZone: 'America/New_York', slots: [{ startTime: `${day}T15:00:00Z`, endTime: `${day}T15:30:00Z` }] }, 'PublishedSlots', 'slots { locator }');
    const callers = Array.from({ length: 200 }, (_, index) => `caller-${index}`);
    await Promise.all(callers.map((name, index) => house.enterMember(name, { id: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`, locator: `pty_caller${index}` })));
    const told = await Promise.all(callers.map((name) => refusal(command(house.data, name, 'holdSlot', { slot: slots[0].locator }, 'ProviderSlot', 'status'))));
    expect([told.filter((code) => code === 'DONE').length, told.filter((code) => code === 'SLOT_TAKEN').length]).toEqual([1, 199]);
  });
});

describe('text', () => {
  const register = (more: object) => house.ask('admin', 'mutation R($input: RegisterPartyInput!) { registerParty(input: $input) { __typename ... on Party { locator lastName displayName } ... on PartyRefusal { code field } } }', {
    input: { type: 'INDIVIDUAL', firstName: 'Bobby', lastName: 'Tables', dateOfBirth: '1990-01-01', idempotencyKey: newKey(), ...more },
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: a payload for templates
  it.each(["Robert'); DROP TABLE policy_admin.parties;--", '{{7*7}} ${7*7} <%= 7*7 %>', '<script>alert(1)</script>', '../../etc/passwd', '\u202eevil', '𝄞 O’Brien-Łuczak'])('%s is stored as it is written', async (lastName) => {
    const { data } = await register({ lastName });
    expect(data.registerParty).toMatchObject({ lastName, displayName: `Bobby ${lastName}` });
    expect((await house.data('admin', 'query P($l: ID!) { party(locator: $l) { lastName } }', { l: data.registerParty.locator })).party.lastName).toBe(lastName);
  });

  it('with a NUL is no input, in variables and literals, in ids and JSON, in queries and commands', async () => {
    const { errors } = await register({ lastName: 'a\0b' });
    expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    expect(await codes('member', 'query Q($l: ID!) { claim(locator: $l) { status } }', { l: 'clm_\0' })).toEqual(['BAD_USER_INPUT']);
    expect(await codes('member', '{ claim(locator: "clm_\\u0000") { status } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codes('provider', '{ providers(search: { name: "\\u0000" }) { nodes { locator } } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codes('admin', 'mutation M($input: SaveMarketProfileInput!) { saveMarketProfile(input: $input) { __typename } }', { input: { marketCode: 'ZZ', currency: 'USD', jurisdiction: 'x', document: { a: '\0' } } })).toEqual(['BAD_USER_INPUT']);
  });

  it('has no line break where a mail’s header could be', async () => {
    for (const more of [{ email: 'a@example.org\r\nBcc: all@example.org' }, { lastName: 'B\r\nBcc: all@example.org' }]) expect((await register(more)).data.registerParty.code).toBe('TEXT_INVALID');
  });

  it('is no day that the calendar has not, nor a birth that is to come, nor an NPI that does not check', async () => {
    expect((await register({ dateOfBirth: '2023-02-29' })).errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    expect((await register({ dateOfBirth: '1988-02-29' })).data.registerParty.__typename).toBe('Party');
    expect((await register({ dateOfBirth: addDays(today(), 2) })).data.registerParty.code).toBe('BIRTH_DATE_IN_FUTURE');
    const party = await registerFirm(house.data, 'admin', 'Unchecked Clinic', 'attack-npi', 'PROVIDER');
    const provider = { idempotencyKey: 'attack-npi-provider', partyId: party.id, partyLocator: party.locator, market: 'US', npi: '1234567890', name: 'Unchecked Clinic', specialty: 'General practice' };
    expect(await refusal(command(house.data, 'admin', 'registerProvider', provider, 'Provider', 'locator'))).toBe('NPI_INVALID');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'http://example.org/x', 'https://localhost/x', 'https://127.0.0.1/', 'https://[::1]/', 'https://169.254.169.254/latest', 'https://user:pw@example.org/', 'https://10.1', 'data:text/html,x'])('%s is no link', async (linkOutUrl) => {
    const { episodes } = (await house.data('member', '{ me { episodes(first: 1) { nodes { locator } } } }')).me;
    const slot = await freeSlot();
    await command(house.data, 'member', 'holdSlot', { slot }, 'ProviderSlot', 'status');
    const booked = await refusal(command(house.data, 'member', 'bookAppointment', { slot, episode: episodes.nodes[0].locator, type: 'VIDEO', linkOutUrl }, 'Appointment', 'status'));
    await command(house.data, 'member', 'releaseSlot', { slot }, 'ProviderSlot', 'status');
    expect(booked).toBe('LINK_INVALID');
  });

  async function freeSlot(): Promise<string> {
    const doctor = (await house.sql<{ acts_for: { provider: string } }>('olly_platform', "SELECT acts_for FROM personas WHERE name = 'provider'"))[0]?.acts_for.provider as string;
    const { freeSlots } = await house.data('member', 'query Free($p: ID!) { freeSlots(provider: $p, first: 1) { locator } }', { p: doctor });
    return freeSlots[0].locator;
  }
});

describe('pages', () => {
  it.each(['first: 1000000', 'first: -1', 'first: 0', 'after: "nonsense"'])('with %s are no input, at the root and below', async (args) => {
    expect(await codes('adjuster', `{ claims(${args}) { nodes { locator } } }`)).toEqual(['BAD_USER_INPUT']);
    expect(await codes('member', `{ me { claims(${args}) { nodes { locator } } policies(${args}) { nodes { locator } } } }`)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  });
});

describe('time that has passed', () => {
  it('expires a quote', async () => {
    const quote = await quoteToUnderwriting(house.data, 'underwriter', { account: victim.account, productVersionId: await versionOf(house.data, 'underwriter', 'US_GOLD'), effectiveFrom: today(), region: 'NY', insured: [{ party: victim.party, relationship: 'SELF' }], answers: [{ key: 'smoker', value: false }], key: `attack-quote-${Date.now()}` });
    expect(quote.status).toBe('UNDERWRITTEN');
    const env = { DATABASE_URL: house.run().databaseUrl };
    const noticed = (offsetMs: number) => until('the services notice the clock', async () => ((await (await fetch(`${house.run().control.subgraphs}/clock`)).json()) as { offsetMs: number }).offsetMs === offsetMs);
    await noticed(await moveClock(31 * DAY_MS, env));
    try {
      expect(await refusal(command(house.data, 'underwriter', 'acceptQuote', { locator: quote.locator }, 'Quote', 'status'))).toBe('QUOTE_EXPIRED');
    } finally {
      await noticed(await moveClock(-31 * DAY_MS, env));
    }
  });
});
