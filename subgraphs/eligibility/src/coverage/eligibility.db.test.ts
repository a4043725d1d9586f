/** The question of eligibility on PostgreSQL: what is answered, to whom, and at what cost. */
import type { Identity } from '@olly/kit/auth';
import { transitionTable } from '@olly/kit/errors';
import { newId } from '@olly/kit/locator';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reservation } from '../reservation/reservation.ts';
import subgraph from '../subgraph.ts';
import { type AccumulatorView, apply, claimLocator, claimsService, newPerson, newPolicy, type Person, type PolicyState, policyEvent } from '../testing/world.ts';

const adjuster = person(['adjuster']);
const as = (who: Person): Identity => person(['member'], who);
const holder = newPerson();
const spouse = newPerson();
const child = { ...newPerson(), isWard: true };
const stranger = newPerson();
const policy: PolicyState = newPolicy([holder, spouse, child]);

const FULL = `query ($party: ID!, $date: Date, $key: String) { eligibility(party: $party, date: $date, coverageTermKey: $key) {
  party { id } date isCovered reason waitingUntil isPriorAuthorisationNeeded cover { effectiveFrom effectiveTo insuredSince coverageTerms { key } policy { id } } coveredWith { id }
  accumulators { id type level network periodStart limit { amount currency } used { amount } remaining { amount } limitCount usedCount remainingCount party { id } lastClaim { locator } } } }`;

describe('eligibility', () => {
  let db: TestDatabase;
  let eligibility: TestSubgraph;
  const claim = claimLocator('spouse');
  beforeAll(async () => {
    db = await testDatabase('eligibility');
    eligibility = testSubgraph(subgraph, db);
    await apply(db, policyEvent(policy), policyEvent(newPolicy([stranger])));
    const claims = claimsService(eligibility);
    const { lines } = await claims.cover(policy, spouse);
    const met = (lines[0].accumulators as AccumulatorView[]).filter((one) => one.network === 'IN');
    await claims.reserve({
      claim,
      partyId: spouse.id,
      policyId: policy.policyId,
      expected: met.map((one) => ({ accumulator: one.key, version: one.version })),
      movements: met.map((one) => ({ accumulator: one.key, amount: '250.00', serviceDate: '2026-03-01' })),
    });
  });
  afterAll(() => db.close());

  const ask = async (who: Identity, party: string, more: object = {}) => (await eligibility.data(who, FULL, { party, ...more })).eligibility;

  it('says in one query whether, with whom, and what is left', async () => {
    const answer = await ask(as(holder), holder.locator, { key: 'surgery' });
    expect(answer).toMatchObject({
      party: { id: holder.id },
      date: '2026-03-01',
      isCovered: true,
      reason: null,
      isPriorAuthorisationNeeded: true,
      cover: [{ effectiveFrom: '2026-01-01', effectiveTo: '2027-01-01', insuredSince: '2026-01-01', policy: { id: policy.policyId } }],
    });
    expect(answer.coveredWith.map((one: Person) => one.id).toSorted()).toEqual([spouse.id, child.id].toSorted());
    const left = answer.accumulators.filter((one: { type: string; network: string }) => one.type === 'DEDUCTIBLE' && one.network === 'IN');
    expect(left).toMatchObject([
      { id: null, level: 'PERSON', limit: { amount: '1500.00', currency: 'USD' }, used: { amount: '0.00' }, remaining: { amount: '1500.00' }, party: { id: holder.id } },
      { level: 'FAMILY', limit: { amount: '3000.00' }, used: { amount: '250.00' }, remaining: { amount: '2750.00' }, party: null, lastClaim: null },
    ]);
    const visits = (await ask(as(holder), holder.id, { key: 'physiotherapy' })).accumulators.find((one: { type: string }) => one.type === 'VISITS');
    expect(visits).toMatchObject({ limit: null, used: null, limitCount: '20', usedCount: '0', remainingCount: '20' });
  });

  it('says why not, and until when one waits', async () => {
    expect(await ask(as(holder), holder.id, { key: 'physiotherapy' })).toMatchObject({ isCovered: false, reason: 'WAITING_PERIOD', waitingUntil: '2026-04-01' });
    expect(await ask(as(holder), holder.id, { key: 'crown' })).toMatchObject({ isCovered: false, reason: 'SERVICE_NOT_COVERED', cover: [], accumulators: [] });
    expect(await ask(as(holder), holder.id, { date: '2027-01-01' })).toMatchObject({ isCovered: false, reason: 'AFTER_COVER' });
    expect(await ask(as(holder), holder.id, { date: '2025-12-31' })).toMatchObject({ isCovered: false, reason: 'BEFORE_COVER' });
    const newcomer = newPerson();
    expect(await ask(as(newcomer), newcomer.id)).toMatchObject({ isCovered: false, reason: 'NO_COVER' });
  });

  it('shows a holder their ward in full, another adult’s dates and amounts only, and nobody a stranger', async () => {
    expect((await ask(as(holder), child.id)).cover[0].coverageTerms).toHaveLength(2);
    const limited = await ask(as(holder), spouse.id, { key: 'surgery' });
    expect(limited.cover).toMatchObject([{ effectiveFrom: '2026-01-01', coverageTerms: null }]);
    const own = limited.accumulators.find((one: { level: string; type: string }) => one.level === 'PERSON' && one.type === 'DEDUCTIBLE');
    expect(own).toMatchObject({ used: { amount: '250.00' }, lastClaim: null });
    const mine = (await ask(as(spouse), spouse.id)).accumulators.find((one: { level: string; type: string; network: string }) => one.level === 'PERSON' && one.type === 'DEDUCTIBLE' && one.network === 'IN');
    expect(mine.lastClaim).toEqual({ locator: claim });
    expect(await ask(as(spouse), child.id)).toBeNull();
    expect(await ask(as(holder), stranger.id)).toBeNull();
    expect(await ask(as(stranger), holder.locator)).toBeNull();
    expect(await ask(as(stranger), newId())).toBeNull();
    expect((await ask(adjuster, holder.id)).cover[0].coverageTerms).toHaveLength(2);
    for (const role of ['broker', 'employer', 'provider', 'finance', 'privacy']) expect(await ask(person([role]), holder.id)).toBeNull();
  });

  it('answers a stranger by entity, by id and in lists exactly as if there were nothing', async () => {
    const row = (await db.pool.query('SELECT id FROM eligibility.member_coverage WHERE party_id = $1', [holder.id])).rows[0].id;
    const stored = (await db.pool.query('SELECT id FROM eligibility.coverage_accumulators WHERE party_id = $1', [spouse.id])).rows[0].id;
    const all = `query ($r: [_Any!]!, $row: ID!, $acc: ID!, $party: ID!) { memberCoverage(id: $row) { id } accumulator(id: $acc) { id } memberCoverages(filter: { partyId: $party }) { nodes { id } pageInfo { hasNextPage } }
      _entities(representations: $r) { ... on MemberCoverage { effectiveFrom } ... on Party { cover { nodes { id } } eligibility { isCovered } } ... on Policy { cover(first: 1) { nodes { id } pageInfo { hasNextPage } } accumulators { id } } ... on Claim { accumulatorMovements { amount { amount } } } } }`;
    const read = (who: Identity, ids: { row: string; acc: string; party: string; policy: string; claim: string }) =>
      eligibility.data(who, all, {
        row: ids.row,
        acc: ids.acc,
        party: ids.party,
        r: [{ __typename: 'MemberCoverage', id: ids.row }, { __typename: 'Party', id: ids.party }, { __typename: 'Policy', id: ids.policy }, { __typename: 'Claim', locator: ids.claim }],
      });
    const real = { row, acc: stored, party: spouse.id, policy: policy.policyId, claim };
    const absent = { row: newId(), acc: newId(), party: newId(), policy: newId(), claim: claimLocator('absent') };
    expect(await read(as(stranger), real)).toEqual(await read(as(stranger), absent));
    const seen = await read(as(spouse), real);
    expect(seen.accumulator).toEqual({ id: stored });
    expect(seen._entities[3].accumulatorMovements).toHaveLength(4);
    expect(seen._entities[1].eligibility).toEqual({ isCovered: true });
    // the holder sees another adult's amounts, but not what a claim took line by line
    expect((await read(as(holder), real))._entities[3].accumulatorMovements).toBeNull();
  });

  it('leaves out of a policy’s accumulators those of people whom the caller may not see', async () => {
    const read = async (who: Identity) => {
      const { _entities } = await eligibility.data(who, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Policy { accumulators { level type party { id } } cover(onDate: "2026-03-01") { nodes { party { id } } } } } }', {
        r: [{ __typename: 'Policy', id: policy.policyId }],
      });
      const people = (list: { party: { id: string } | null }[]) => new Set(list.flatMap((one) => one.party?.id ?? []));
      return [people(_entities[0].accumulators), people(_entities[0].cover.nodes)];
    };
    expect(await read(as(spouse))).toEqual([new Set([spouse.id]), new Set([spouse.id])]);
    const everybody = new Set([holder.id, spouse.id, child.id]);
    expect(await read(as(holder))).toEqual([everybody, everybody]);
    expect(await read(adjuster)).toEqual([everybody, everybody]);
  });

  it('answers many in the order asked, null for who is not found, at most 100', async () => {
    const many = 'query ($input: [EligibilityInput!]!) { eligibilities(input: $input) { party { id } isCovered } }';
    const { eligibilities } = await eligibility.data(as(holder), many, { input: [child.locator, stranger.id, holder.id].map((party) => ({ party })) });
    expect(eligibilities).toEqual([{ party: { id: child.id }, isCovered: true }, null, { party: { id: holder.id }, isCovered: true }]);
    const { codes } = await eligibility.ask(adjuster, many, { input: Array.from({ length: 101 }, () => ({ party: holder.id })) });
    expect(codes).toEqual(['BAD_USER_INPUT']);
  });

  it('costs as many statements for 50 people as for one, by question, list, entity and nested path', async () => {
    const people: Person[] = [];
    const policies: PolicyState[] = [];
    for (let i = 0; i < 25; i += 1) {
      const pair = [newPerson(), newPerson()];
      const one = newPolicy(pair, { scheme: 'sch_x' });
      policies.push(one);
      people.push(...pair);
    }
    await apply(db, ...policies.map((one) => policyEvent(one)));
    const many = `query ($input: [EligibilityInput!]!) { eligibilities(input: $input) { isCovered cover { insuredSince } coveredWith { id } accumulators { used { amount } lastClaim { locator } } } }`;
    const input = people.map(({ id }) => ({ party: id, coverageTermKey: 'surgery' }));
    const [one, fifty] = [await eligibility.ask(adjuster, many, { input: input.slice(0, 1) }), await eligibility.ask(adjuster, many, { input })];
    expect(fifty.data.eligibilities.every((answer: { isCovered: boolean }) => answer.isCovered)).toBe(true);
    expect(fifty.statements).toBe(one.statements);
    const list = 'query ($first: Int) { memberCoverages(first: $first) { nodes { insuredSince party { id } } } }';
    expect((await eligibility.ask(adjuster, list, { first: 50 })).statements).toBe((await eligibility.ask(adjuster, list, { first: 1 })).statements);
    const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { cover(first: 3) { nodes { effectiveTo } } eligibility { accumulators { limit { amount } } } } } }';
    const refs = people.map(({ id }) => ({ __typename: 'Party', id }));
    const wide = await eligibility.ask(adjuster, entities, { r: refs });
    expect(wide.errors).toEqual([]);
    expect(wide.statements).toBe((await eligibility.ask(adjuster, entities, { r: refs.slice(0, 1) })).statements);
  });

  it('lists newest first, by filter and page', async () => {
    const list = 'query ($filter: MemberCoverageFilter, $first: Int, $after: String) { memberCoverages(filter: $filter, first: $first, after: $after) { nodes { party { id } status } pageInfo { hasNextPage endCursor } } }';
    const filter = { policyId: policy.policyId, onDate: '2026-03-01', status: 'ACTIVE', elementType: 'MEDICAL' };
    const first = (await eligibility.data(adjuster, list, { filter, first: 2 })).memberCoverages;
    const second = (await eligibility.data(adjuster, list, { filter, first: 2, after: first.pageInfo.endCursor })).memberCoverages;
    expect([first.nodes.length, second.nodes.length, second.pageInfo.hasNextPage]).toEqual([2, 1, false]);
    expect((await eligibility.data(adjuster, list, { filter: { ...filter, onDate: '2027-01-01' } })).memberCoverages.nodes).toEqual([]);
    expect((await eligibility.ask(adjuster, list, { filter: { partyId: "' OR 1=1" } })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await eligibility.data(as(holder), list, {})).memberCoverages.nodes).toHaveLength(3);
  });

  it('has its state table in the README', async () => {
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(new URL('../../README.md', import.meta.url), 'utf8')).toContain(transitionTable(reservation));
  });
});
