/**
 * What a whole system answers to attacks and bad input that reach its services: forged and replayed requests, tokens that do not hold, commands of others, money that is
 * none, and text that means to be code. Transport and the shape of queries are proven beside the gateway, who sees which row in sight.e2e.test.ts. Nothing is lost, nothing leaks,
 * the next request works.
 */
import { createHmac } from 'node:crypto';
import { startGateway } from '@olly/gateway';
import { createJwtVerifier, DEMO_AUDIENCE, DEMO_ISSUER, demoJwks, type Identity, signRequest } from '@olly/kit/auth';
import { addDays } from '@olly/kit/time';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, credentialedProvider, quoteToUnderwriting, type Ref, RefusedByHouse, registerFirm, versionOf } from '../demo/flow.ts';
import { inRoot, SUBGRAPHS } from '../repository.ts';
import { moveClock } from '../start/platform.ts';
import { type Insured, insure, providerCalled, today } from './people.ts';
import { type House, sharedHouse, until } from './system.ts';

const DAY_MS = 86_400_000;
const house: House = sharedHouse();
let victim: Insured;
let clinic: Ref;
beforeAll(async () => {
  victim = await insure(house, 'attacked');
  clinic = await providerCalled(house, 'Oakwood Clinic');
});
afterAll(() => house.stop());

const codes = async (name: string | undefined, query: string, variables?: Record<string, unknown>): Promise<string[]> => (await house.ask(name, query, variables)).errors.map(({ code }) => code);
/** The code with which a command is refused in its result; an error is thrown as it is. */
const refusal = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'DONE',
    (error: unknown) => {
      if (error instanceof RefusedByHouse) return error.code;
      throw error;
    },
  );

const SUBMIT = 'mutation Submit($input: SubmitClaimInput!) { submitClaim(input: $input) { __typename ... on Claim { locator status } ... on ClaimRefusal { code message field } } }';
let keys = 0;
const claimInput = (line: object = {}, more: object = {}) => ({
  idempotencyKey: `attack-${Date.now()}-${keys++}`,
  policyId: victim.policy.id,
  claimantPartyId: victim.party.id,
  provider: clinic.locator,
  currency: 'USD',
  lines: [{ coverageTermKey: 'office_visit', procedureCode: '99213', serviceDate: addDays(today(), -3), amount: { amount: '150.00', currency: 'USD' }, ...line }],
  ...more,
});
const money = (amount: unknown, currency = 'USD') => ({ amount: { amount, currency } });

describe('a service asked past the gateway', () => {
  const admin: Identity = { subject: 'mallory', kind: 'person', roles: ['admin'], scopes: ['service'], actsFor: {} };
  const post = (name: string, body: string, headers: Record<string, string> = {}) =>
    fetch(house.run().subgraphs[name] as string, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const body = JSON.stringify({ query: '{ __typename }' });
  const sign = (name: string, more: { secret?: string; now?: () => number } = {}) => signRequest({ secret: house.run().serviceSecret, subgraph: name, identity: admin, body, ...more });

  it.each(SUBGRAPHS)('%s refuses what is not signed: a query, entities, its schema', async (name) => {
    for (const query of ['{ __typename }', '{ _service { sdl } }', 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }']) {
      const response = await post(name, JSON.stringify({ query, variables: { r: [{ __typename: 'Party', locator: victim.party.locator }] } }), { 'x-olly-identity': Buffer.from(JSON.stringify(admin)).toString('base64url') });
      expect([response.status, (await response.json()) as object]).toEqual([401, { errors: [{ message: 'This service answers signed requests only.', extensions: { code: 'UNAUTHENTICATED' } }] }]);
    }
  });

  it.each(SUBGRAPHS)('%s takes a signed request once, and none that is stale, altered, signed for another service or with another secret', async (name) => {
    const signed = sign(name);
    expect((await post(name, body, signed)).status).toBe(200);
    const other = SUBGRAPHS.find((one) => one !== name) as string;
    const asRoot = Buffer.from(JSON.stringify({ ...admin, subject: 'root' })).toString('base64url');
    const refused: [string, string, Record<string, string>][] = [
      ['replayed', body, signed],
      ['stale', body, sign(name, { now: () => Date.now() - 31_000 })],
      ['from the future', body, sign(name, { now: () => Date.now() + 10_000 })],
      ['with another body', '{"query":"{ _service { sdl } }"}', sign(name)],
      ['with another identity', body, { ...sign(name), 'x-olly-identity': asRoot }],
      ['with another nonce', body, { ...sign(name), 'x-olly-nonce': 'mine' }],
      ['for another service', body, sign(other)],
      ['with another secret', body, sign(name, { secret: 'a-secret-that-mallory-made-up' })],
    ];
    for (const [what, text, headers] of refused) expect([what, (await post(name, text, headers)).status]).toEqual([what, 401]);
  });
});

describe('identity', () => {
  it('is not taken from headers that a client sends', async () => {
    const identity: Identity = { subject: 'root', kind: 'service', roles: ['admin'], scopes: ['service'], actsFor: {} };
    const query = JSON.stringify({ query: '{ me { locator } }' });
    const forged = signRequest({ secret: house.run().serviceSecret, subgraph: 'policy_admin', identity, body: query });
    const response = await fetch(`${house.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...forged, 'x-user-roles': 'admin' }, body: query });
    const { data, errors } = (await response.json()) as { data: unknown; errors: { extensions: { code: string } }[] };
    expect([data, errors.map((error) => error.extensions.code)]).toEqual([{ me: null }, ['UNAUTHENTICATED']]);
  });

  it('is refused when the token is expired, unsigned, signed with the public key, or meant for another issuer or audience', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { ...decodeJwt(await house.tokenOf('admin')) };
    const jwks = JSON.stringify(demoJwks(house.dir).keys[0]);
    const mac = (head: string) => `${head}.${createHmac('sha256', jwks).update(head).digest('base64url')}`;
    const signed = (await house.tokenOf('admin')).split('.');
    const swapped = (more: object) => [signed[0], part({ ...claims, ...more }), signed[2]].join('.');
    await house.enter('late', { roles: ['admin'], lifetimeS: -60 });
    const tokens = [await house.tokenOf('late'), `${part({ alg: 'none' })}.${part(claims)}.`, mac(`${part({ alg: 'HS256' })}.${part(claims)}`), swapped({ sub: 'root' }), swapped({ iss: 'urn:other' }), swapped({ aud: 'other' })];
    for (const token of tokens) {
      const response = await fetch(`${house.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: '{"query":"{ me { locator } }"}' });
      expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')]);
    }
    // signed by the right key and yet for somebody else
    const elsewhere = createJwtVerifier({ issuer: 'urn:other', audience: DEMO_AUDIENCE, jwks: demoJwks(house.dir) });
    await expect(Promise.resolve(elsewhere.verify(await house.tokenOf('admin')))).rejects.toThrow();
    const others = createJwtVerifier({ issuer: DEMO_ISSUER, audience: 'other', jwks: demoJwks(house.dir) });
    await expect(Promise.resolve(others.verify(await house.tokenOf('admin')))).rejects.toThrow();
  });

  it('gives no member the scope of a service, whatever the token says', async () => {
    await house.enter('sly', { roles: ['member'], scope: 'service', party: { id: victim.party.id, locator: victim.party.locator } });
    expect(await codes('sly', '{ claims(first: 1) { nodes { locator } } }')).toEqual([]);
    expect(await codes('sly', 'mutation { confirmAccumulators(claim: "clm_x") { claim } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

describe('commands that are not one’s own', () => {
  it('are forbidden to a member: adjudicating, paying, holding, reversing', async () => {
    for (const field of ['adjudicateClaim(input: { claim: "clm_x" })', 'payClaim(input: { claim: "clm_x", paymentReference: "x" })', 'holdClaim(input: { claim: "clm_x", reason: MANUAL })', 'reverseClaim(input: { claim: "clm_x", reason: "x" })']) {
      expect([field, (await codes('member', `mutation { ${field.replace('MANUAL', (await holdReason()) as string)} { __typename } }`))]).toEqual([field, ['FORBIDDEN']]);
    }
  });

  const holdReason = async () => (await house.data('admin', '{ __type(name: "HoldReason") { enumValues { name } } }')).__type.enumValues[0].name;

  it('find nothing to act on: a claim for another person, a withdrawal of another’s claim', async () => {
    const { data, errors } = await house.ask('member2', SUBMIT, { input: claimInput() });
    expect([data, errors.map(({ code }) => code)]).toEqual([null, ['NOT_FOUND']]);
    const mine = (await house.ask(victim.name, SUBMIT, { input: claimInput() })).data.submitClaim;
    const withdraw = 'mutation W($l: ID!) { withdrawClaim(input: { claim: $l }) { __typename } }';
    const other = await house.ask('member2', withdraw, { l: mine.locator });
    expect(other).toEqual(await house.ask('member2', withdraw, { l: 'clm_01m87nxxxxxxxxxxxxxxxxxxxx' }));
    expect(other.errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  });

  it('cannot set a status or a paid amount', async () => {
    for (const more of [{ status: 'PAID' }, { paidAmount: '5.00' }, { planPays: { amount: '1.00', currency: 'USD' } }]) {
      expect(await codes(victim.name, SUBMIT, { input: claimInput({}, more) })).toEqual(['BAD_USER_INPUT']);
    }
    expect(await codes(victim.name, 'mutation { submitClaim(input: { status: "PAID" }) { __typename } }')).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  it('may not bring operators in JSON or in place of an id', async () => {
    const profile = { marketCode: 'ZZ', currency: 'USD', jurisdiction: 'Nowhere', document: { taxes: { $ne: null } } };
    expect(await codes('admin', 'mutation M($input: SaveMarketProfileInput!) { saveMarketProfile(input: $input) { __typename } }', { input: profile })).toEqual(['BAD_USER_INPUT']);
    expect(await codes('member', 'query Q($l: ID!) { claim(locator: $l) { status } }', { l: { $ne: '' } })).toEqual(['BAD_USER_INPUT']);
    expect(await codes('admin', 'mutation M($input: SaveMarketProfileInput!) { saveMarketProfile(input: $input) { __typename } }', { input: { ...profile, document: JSON.parse('{"__proto__": {"isAdmin": true}}') as object } })).toEqual(['BAD_USER_INPUT']);
  });

  it('need consent for triage', async () => {
    expect(await codes(victim.name, 'mutation T($input: StartTriageInput!) { startTriage(input: $input) { __typename } }', { input: { chiefComplaint: 'A headache', idempotencyKey: 'attack-triage' } })).toEqual(['CONSENT_REQUIRED']);
  });
});

describe('money and states', () => {
  it.each([['-5.00'], ['NaN'], ['1e308'], [1e308], ['1.234'], ['Infinity'], ['0x10'], ['99999999999999999999.00'], ['1,000.00'], ['']])('an amount of %s is no input', async (amount) => {
    expect(await codes(victim.name, SUBMIT, { input: claimInput(money(amount)) })).toEqual(['BAD_USER_INPUT']);
  });

  it('in another currency than the claim’s or the account’s is refused', async () => {
    expect((await house.data(victim.name, SUBMIT, { input: claimInput(money('10.00', 'GBP')) })).submitClaim.code).toBe('CURRENCY_MISMATCH');
    const payment = { account: victim.account.locator, amount: { amount: '5.00', currency: 'GBP' }, method: 'BANK_TRANSFER', reference: 'x', idempotencyKey: 'attack-currency' };
    expect(await refusal(command(house.data, 'finance', 'recordPayment', payment, 'Payment', 'status'))).toBe('CURRENCY_MISMATCH');
  });

  it('the same key with another body is refused, and with the same body answered again', async () => {
    const input = claimInput({ serviceDate: addDays(today(), -4) });
    const first = (await house.data(victim.name, SUBMIT, { input })).submitClaim;
    expect((await house.data(victim.name, SUBMIT, { input })).submitClaim.locator).toBe(first.locator);
    expect((await house.data(victim.name, SUBMIT, { input: { ...input, lines: [{ ...input.lines[0], ...money('151.00') }] } })).submitClaim.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('a step that a state does not allow names both states', async () => {
    const claim = (await house.data(victim.name, SUBMIT, { input: claimInput({ serviceDate: addDays(today(), -5) }) })).submitClaim;
    expect(claim.status).toBe('APPROVED');
    const { withdrawClaim } = await house.data(victim.name, 'mutation W($l: ID!) { withdrawClaim(input: { claim: $l }) { __typename ... on ClaimRefusal { code message } } }', { l: claim.locator });
    expect(withdrawClaim).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: expect.stringMatching(/APPROVED.*WITHDRAWN/) });
  });

  it('a claim outside cover is refused, and so is one for care that has not happened', async () => {
    expect((await house.data(victim.name, SUBMIT, { input: claimInput({ serviceDate: addDays(today(), -200) }) })).submitClaim.code).toBe('NOT_COVERED');
    expect((await house.data(victim.name, SUBMIT, { input: claimInput({ serviceDate: addDays(today(), 40) }) })).submitClaim.code).toBe('SERVICE_DATE_IN_FUTURE');
  });

  it('an inactive provider is refused', async () => {
    const party = await registerFirm(house.data, 'admin', 'Closed Clinic', 'attack-closed', 'PROVIDER');
    const closed = await credentialedProvider(house.data, 'admin', { party, market: 'US', npi: '1992999999', name: 'Closed Clinic', specialty: 'General practice', networks: ['EMPIRE'], from: '2025-01-01' }, 'attack-closed-provider');
    await command(house.data, 'admin', 'suspendProvider', { provider: closed.locator, from: addDays(today(), -30), reason: 'Closed' }, 'Provider', 'networkStatus').catch(() => {});
    expect((await house.data(victim.name, SUBMIT, { input: claimInput({ serviceDate: addDays(today(), -6) }, { provider: closed.locator }) })).submitClaim.code).toBe('PROVIDER_INACTIVE');
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
    input: { type: 'INDIVIDUAL', firstName: 'Bobby', lastName: 'Tables', dateOfBirth: '1990-01-01', idempotencyKey: `attack-text-${Date.now()}-${keys++}`, ...more },
  });

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
    const { slots } = await freeSlot();
    await command(house.data, 'member', 'holdSlot', { slot: slots[0].locator }, 'ProviderSlot', 'status');
    const booked = await refusal(command(house.data, 'member', 'bookAppointment', { slot: slots[0].locator, episode: episodes.nodes[0].locator, type: 'VIDEO', linkOutUrl }, 'Appointment', 'status'));
    await command(house.data, 'member', 'releaseSlot', { slot: slots[0].locator }, 'ProviderSlot', 'status');
    expect(booked).toBe('LINK_INVALID');
  });

  async function freeSlot(): Promise<{ slots: { locator: string }[] }> {
    const doctor = (await house.sql<{ acts_for: { provider: string } }>('olly_platform', "SELECT acts_for FROM personas WHERE name = 'provider'"))[0]?.acts_for.provider as string;
    const { freeSlots } = await house.data('member', 'query Free($p: ID!) { freeSlots(provider: $p, first: 1) { locator } }', { p: doctor });
    return { slots: freeSlots };
  }
});

describe('pages', () => {
  it.each(['first: 1000000', 'first: -1', 'first: 0', 'after: "nonsense"'])('with %s are no input, at the root and below', async (args) => {
    expect(await codes('adjuster', `{ claims(${args}) { nodes { locator } } }`)).toEqual(['BAD_USER_INPUT']);
    expect(await codes('member', `{ me { claims(${args}) { nodes { locator } } policies(${args}) { nodes { locator } } } }`)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  });
});

describe('a service that is down', () => {
  it('leaves a hole in the answer with SUBGRAPH_UNAVAILABLE, and tells no host and no stack', async () => {
    const { subgraphs, serviceSecret } = house.run();
    const gateway = await startGateway({
      port: 0,
      supergraphPath: inRoot('schema/supergraph.graphql'),
      subgraphUrls: { ...subgraphs, claims: 'http://127.0.0.1:9/graphql' },
      secret: serviceSecret,
      jwt: createJwtVerifier({ issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, jwks: demoJwks(house.dir) }),
    });
    try {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${await house.tokenOf('member')}` };
      const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: '{ me { displayName claims(first: 1) { nodes { locator } } policies(first: 1) { nodes { status } } } }' }) });
      const text = await response.text();
      const { data, errors } = JSON.parse(text) as { data: { me: { displayName: string; claims: null; policies: { nodes: unknown[] } } }; errors: { extensions: { code: string; service: string } }[] };
      expect([response.status, data.me.displayName, data.me.claims, data.me.policies.nodes.length]).toEqual([200, 'Ada Moss', null, 1]);
      expect(errors.map(({ extensions }) => [extensions.service, extensions.code])).toEqual([['claims', 'SUBGRAPH_UNAVAILABLE']]);
      expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|node_modules|\n {4}at |:9\b/);
    } finally {
      await gateway.stop();
    }
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
