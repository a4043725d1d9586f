/** What each caller sees of claims: row rules on root fields, entities and nested paths alike, limited views, and a constant number of statements. */
import type { Identity } from '@olly/kit/auth';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { adjuster, answeredBy, asMember, asProvider, claimInput, finance, grantPolicy, makeWorld, newPerson, SUBMIT, type World } from '../testing/world.ts';

let db: TestDatabase;
let claims: TestSubgraph;
let world: World;
const locators: Record<'member' | 'child' | 'spouse', string> = { member: '', child: '', spouse: '' };

beforeAll(async () => {
  db = await testDatabase('claims');
  world = makeWorld();
  world.eligibility.accumulators.clear();
  claims = testSubgraph(subgraph, db, { services: answeredBy(() => world) });
  await grantPolicy(db, world);
  const documents = [{ file: 'fil_00000000000000000000000000', filename: 'bill.pdf', contentType: 'application/pdf', sizeBytes: 1000 }];
  for (const who of ['member', 'child', 'spouse'] as const) {
    const { submitClaim } = await claims.data(adjuster, SUBMIT, { input: claimInput(world, { claimantPartyId: world[who].id, documents }) });
    locators[who] = submitClaim.locator;
  }
});
afterAll(() => db.close());

const CLAIM =
  'query ($locator: ID!) { claim(locator: $locator) { locator status incidentDate claimed { amount } planPays { amount } holdReason payeeKind provider { locator } lines { lineNumber } explanation { charged { amount } } events { eventType } documents { filename url } } }';
const see = async (who: Identity, locator: string) => (await claims.data(who, CLAIM, { locator })).claim;
const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Claim { locator lines { lineNumber } } ... on Party { claims { nodes { locator } } } ... on Policy { claims { nodes { locator } } } ... on Provider { claims { nodes { locator } } } } }`;
const entity = async (who: Identity, representation: object) => (await claims.data(who, ENTITIES, { representations: [representation] }))._entities[0];
const found = (connection: { claims: { nodes: { locator: string }[] } }) => connection.claims.nodes.map((one) => one.locator).sort();

describe('who sees a claim', () => {
  it('a patient sees their own, a guardian a child’s, whole', async () => {
    for (const locator of [locators.member, locators.child]) {
      expect(await see(asMember(world.member), locator)).toMatchObject({
        status: 'APPROVED',
        payeeKind: 'PROVIDER',
        lines: [{ lineNumber: 1 }],
        documents: [{ filename: 'bill.pdf', url: '/files/fil_00000000000000000000000000' }],
      });
    }
  });

  it('a policyholder sees amounts and dates alone of an adult', async () => {
    expect(await see(asMember(world.member), locators.spouse)).toEqual({
      locator: locators.spouse,
      status: 'APPROVED',
      incidentDate: '2026-02-20',
      claimed: { amount: '250.00' },
      planPays: { amount: '160.00' },
      holdReason: null,
      payeeKind: null,
      provider: null,
      lines: null,
      explanation: null,
      events: null,
      documents: null,
    });
  });

  it.each<[string, () => Identity, boolean]>([
    ['the adult themself', () => asMember(world.spouse), true],
    ['a stranger', () => asMember(newPerson()), false],
    ['a child', () => asMember(world.child), false],
    ['the provider', () => asProvider(world), true],
    ['another provider', () => person(['provider'], newPerson(), { provider: 'prv_00000000000000000000000000' }), false],
    ['a member who acts for the provider in another role', () => person(['member'], newPerson(), { provider: world.provider.locator }), false],
    ['a broker', () => person(['broker'], newPerson(), { broker: 'brk_00000000000000000000000000' }), false],
    ['an employer', () => person(['employer'], newPerson(), { scheme: 'sch_00000000000000000000000000' }), false],
    ['an underwriter', () => person(['underwriter']), false],
    ['privacy staff', () => person(['privacy']), false],
    ['an adjuster', () => adjuster, true],
    ['finance', () => finance, true],
  ])('%s: root field, entity by both keys, and nested paths agree', async (_title, who, isSeen) => {
    const locator = locators.spouse;
    const { rows } = await db.pool.query('SELECT id FROM claims.claims WHERE locator = $1', [locator]);
    expect((await see(who(), locator))?.locator ?? null).toBe(isSeen ? locator : null);
    for (const key of [{ locator }, { id: rows[0].id }])
      expect((await entity(who(), { __typename: 'Claim', ...key }))?.locator ?? null).toBe(isSeen ? locator : null);
    expect(found(await entity(who(), { __typename: 'Party', id: world.spouse.id }))).toEqual(isSeen ? [locator] : []);
    expect(found(await entity(who(), { __typename: 'Policy', id: world.policy.id })).includes(locator)).toBe(isSeen);
    expect(found(await entity(who(), { __typename: 'Provider', locator: world.provider.locator })).includes(locator)).toBe(isSeen);
    const { claims: list } = await claims.data(who(), 'query ($id: ID) { claims(filter: { claimantPartyId: $id }) { nodes { locator } } }', {
      id: world.spouse.id,
    });
    expect(list.nodes).toEqual(isSeen ? [{ locator }] : []);
  });

  it('an absent claim and another person’s are answered alike', async () => {
    const stranger = asMember(newPerson());
    expect(await see(stranger, locators.spouse)).toEqual(await see(stranger, 'clm_00000000000000000000000000'));
    const withdraw = async (claim: string) =>
      (await claims.ask(stranger, 'mutation ($c: ID!) { withdrawClaim(input: { claim: $c }) { __typename } }', { c: claim })).errors.map((one) => [
        one.code,
        one.message,
      ]);
    expect(await withdraw(locators.spouse)).toEqual(await withdraw('clm_00000000000000000000000000'));
  });

  it('a limited view changes nothing', async () => {
    const { codes } = await claims.ask(
      asMember(world.member),
      'mutation ($c: ID!) { appealClaim(input: { claim: $c, lines: [1], reason: "x" }) { __typename } }',
      { c: locators.spouse },
    );
    expect(codes).toEqual(['NOT_FOUND']);
  });

  it('nobody without a token sees anything', async () => {
    const { codes } = await claims.ask({ subject: 'anonymous', kind: 'anonymous', roles: [], scopes: [], actsFor: {} }, CLAIM, { locator: locators.member });
    expect(codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('lists', () => {
  const DEEP = `query ($first: Int!) { claims(first: $first) { edges { cursor } pageInfo { hasNextPage } nodes { locator claimed { amount } replaces { locator } lines { lineNumber adjustments { group amount { amount } } priorAuthorisation { locator } }
    explanation { planPays { amount } lines { steps { text } } } events { eventType note } documents { url } } } }`;

  it('cost as many statements for 50 claims as for one', async () => {
    for (let index = 0; index < 50; index += 1) await claims.data(adjuster, SUBMIT, { input: claimInput(world, { claimantPartyId: newPerson().id }) });
    const one = await claims.ask(adjuster, DEEP, { first: 1 });
    const fifty = await claims.ask(adjuster, DEEP, { first: 50 });
    expect([one.errors, fifty.data.claims.nodes.length]).toEqual([[], 50]);
    expect(fifty.statements).toBe(one.statements);
    expect(fifty.statements).toBeLessThanOrEqual(8);
  });

  it('are an adjuster’s queue by status and reason', async () => {
    world.standing.fee = null;
    const { submitClaim } = await claims.data(adjuster, SUBMIT, { input: claimInput(world, { claimantPartyId: newPerson().id }) });
    world.standing.fee = '200.00';
    const { claims: queue } = await claims.data(adjuster, '{ claims(filter: { status: [IN_REVIEW], holdReason: NO_FEE_SCHEDULE }) { nodes { locator } } }');
    expect(queue.nodes).toEqual([{ locator: submitClaim.locator }]);
  });

  it('page without gap or repetition, and refuse pages that are too large', async () => {
    const PAGE = 'query ($after: String) { claims(first: 20, after: $after) { nodes { locator } pageInfo { hasNextPage endCursor } } }';
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { claims: page } = (await claims.data(adjuster, PAGE, { after })) as {
        claims: { nodes: { locator: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      seen.push(...page.nodes.map((one) => one.locator));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([54, 54]);
    expect((await claims.ask(adjuster, '{ claims(first: 1000) { nodes { locator } } }')).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('an explanation of benefits', () => {
  it('adds up: charged = written off + plan + member, line by line, and says why for each penny', async () => {
    const { claim } = await claims.data(
      asMember(world.member),
      'query ($locator: ID!) { claim(locator: $locator) { explanation { charged { amount } writtenOff { amount } planPays { amount } memberOwes { amount } lines { steps { rule text group reasonCode amount { amount } rest { amount } } } } } }',
      { locator: locators.member },
    );
    const { charged, writtenOff, planPays, memberOwes, lines } = claim.explanation;
    expect([charged.amount, writtenOff.amount, planPays.amount, memberOwes.amount]).toEqual(['250.00', '50.00', '160.00', '40.00']);
    expect(lines[0].steps.map((step: { rule: string; rest: { amount: string } }) => [step.rule, step.rest.amount])).toEqual([
      ['ALLOWED_AMOUNT', '200.00'],
      ['COINSURANCE', '160.00'],
      ['PLAN_PAYS', '160.00'],
    ]);
  });
});
