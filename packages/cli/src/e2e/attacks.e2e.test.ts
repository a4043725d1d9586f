/**
 * What a whole system answers to forged and replayed requests, tokens that do not hold and commands that are others'. Transport and the shape of queries are proven beside the
 * gateway, who sees which row in sight.e2e.test.ts, bad input in input.e2e.test.ts. Nothing is lost, nothing leaks, the next request works.
 */
import { createHmac } from 'node:crypto';
import { startGateway } from '@olly/gateway';
import { createJwtVerifier, DEMO_AUDIENCE, DEMO_ISSUER, demoJwks, type Identity, signRequest } from '@olly/kit/auth';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRoot, SUBGRAPHS } from '../repository.ts';
import { sharedHouse } from './system.ts';
import { codesOf, SUBMIT, type Victim, victimIn } from './victim.ts';

const house = sharedHouse();
const codes = codesOf(house);
let victim: Victim;
beforeAll(async () => {
  victim = await victimIn(house);
});
afterAll(() => house.stop());

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
    const { data, errors } = await house.ask('member2', SUBMIT, { input: victim.claim() });
    expect([data, errors.map(({ code }) => code)]).toEqual([null, ['NOT_FOUND']]);
    const mine = (await house.ask(victim.name, SUBMIT, { input: victim.claim() })).data.submitClaim;
    const withdraw = 'mutation W($l: ID!) { withdrawClaim(input: { claim: $l }) { __typename } }';
    const other = await house.ask('member2', withdraw, { l: mine.locator });
    expect(other).toEqual(await house.ask('member2', withdraw, { l: 'clm_01m87nxxxxxxxxxxxxxxxxxxxx' }));
    expect(other.errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  });

  it('cannot set a status or a paid amount', async () => {
    for (const more of [{ status: 'PAID' }, { paidAmount: '5.00' }, { planPays: { amount: '1.00', currency: 'USD' } }]) {
      expect(await codes(victim.name, SUBMIT, { input: victim.claim({}, more) })).toEqual(['BAD_USER_INPUT']);
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
