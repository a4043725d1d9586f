/** Reservations on PostgreSQL: idempotent by claim, exact when many race, replaced atomically, reversed for others to be looked at. */
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { medical } from '../testing/fixtures.ts';
import { type AccumulatorView, apply, claimLocator, claimsService, newPerson, newPolicy, type Person, type PolicyState, policyEvent } from '../testing/world.ts';

let db: TestDatabase;
let eligibility: TestSubgraph;
let claims: ReturnType<typeof claimsService>;
beforeAll(async () => {
  db = await testDatabase('eligibility');
  eligibility = testSubgraph(subgraph, db);
  claims = claimsService(eligibility);
});
afterAll(() => db.close());

let count = 0;
const newClaim = () => {
  count += 1;
  return claimLocator(`claim-${count}`);
};
const issued = async (people: PolicyState['insured'] = [newPerson()], more: Partial<PolicyState> = {}) => {
  const policy = newPolicy(people, more);
  await apply(db, policyEvent(policy));
  return policy;
};
const first = (policy: PolicyState) => policy.insured[0] as Person;
const deductibles = async (policy: PolicyState, who = first(policy), more: Parameters<typeof claims.cover>[2] = {}): Promise<AccumulatorView[]> =>
  (await claims.cover(policy, who, more)).lines[0].accumulators.filter((one: AccumulatorView) => one.type === 'DEDUCTIBLE' && one.network === 'IN');
const takes = (accumulators: readonly AccumulatorView[], amount: string, serviceDate = '2026-03-01') => ({
  expected: accumulators.map((one) => ({ accumulator: one.key, version: one.version })),
  movements: accumulators.map((one) => ({ accumulator: one.key, amount, serviceDate })),
});
const request = (policy: PolicyState, claim: string, taken: object, more: object = {}, who = first(policy)) => ({ claim, partyId: who.id, policyId: policy.policyId, ...taken, ...more });
const stored = async (key: string) => (await db.pool.query('SELECT * FROM eligibility.coverage_accumulators WHERE key = $1', [key])).rows[0];
/** What every accumulator must agree with: the movements that were not given back. */
const faults = async () =>
  (
    await db.pool.query(
      `SELECT a.key FROM eligibility.coverage_accumulators a LEFT JOIN eligibility.accumulator_movements m ON m.accumulator_id = a.id AND m.given_back_at IS NULL
       LEFT JOIN eligibility.applied_claims c ON c.claim_locator = m.claim_locator GROUP BY a.id
       HAVING a.consumed_amount <> COALESCE(sum(m.amount), 0) OR a.consumed_amount > a.limit_amount
          OR a.reserved_amount <> COALESCE(sum(m.amount) FILTER (WHERE c.status = 'RESERVED'), 0)`,
    )
  ).rows;

describe('a claim’s reservation', () => {
  it('is taken once for the same input, whatever the versions, and confirmed once', async () => {
    const policy = await issued();
    const claim = newClaim();
    const both = await deductibles(policy);
    const input = request(policy, claim, takes(both, '300.00'));
    expect(await claims.reserve(input)).toEqual({ outcome: 'RESERVED', stale: [] });
    expect(await claims.reserve(input)).toEqual({ outcome: 'RESERVED', stale: [] });
    expect((await deductibles(policy)).map((one) => [one.level, one.used, one.remaining])).toEqual([['PERSON', '300.00', '1200.00'], ['FAMILY', '300.00', '2700.00']]);
    expect([await claims.confirm(claim), await claims.confirm(claim)]).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(await claims.reserve(input)).toEqual({ outcome: 'RESERVED', stale: [] });
    expect(await stored(both[0]?.key as string)).toMatchObject({ consumed_amount: '300.0000', reserved_amount: '0.0000', version: 1, last_claim_locator: claim });
    const steps = await db.pool.query('SELECT command FROM eligibility.reservation_steps WHERE claim_locator = $1 ORDER BY id', [claim]);
    expect(steps.rows.map((row) => row.command)).toEqual(['reserve', 'confirm']);
  });

  it('is not counted as used in its own snapshot', async () => {
    const policy = await issued();
    const claim = newClaim();
    await claims.reserve(request(policy, claim, takes(await deductibles(policy), '300.00')));
    expect((await deductibles(policy, first(policy), { claim })).map((one) => one.used)).toEqual(['0.00', '0.00']);
    expect((await deductibles(policy)).map((one) => one.used)).toEqual(['300.00', '300.00']);
  });

  it('is refused as STALE, without a trace, when an accumulator moved or has too little left', async () => {
    const policy = await issued();
    const before = await deductibles(policy);
    await claims.reserve(request(policy, newClaim(), takes(before, '1450.00')));
    const late = newClaim();
    expect(await claims.reserve(request(policy, late, takes(before, '10.00')))).toEqual({ outcome: 'STALE', stale: before.map((one) => one.key).toSorted() });
    expect(await claims.reserve(request(policy, late, takes(await deductibles(policy), '50.01')))).toEqual({ outcome: 'STALE', stale: [before.find((one) => one.level === 'PERSON')?.key] });
    expect(await claims.release(late)).toBe('NONE');
    expect((await deductibles(policy)).map((one) => one.used)).toEqual(['1450.00', '1450.00']);
  });

  it('lets two claims that race for the last 50.00 of a deductible take exactly 50.00 together', async () => {
    const policy = await issued();
    await claims.reserve(request(policy, newClaim(), takes(await deductibles(policy), '1450.00')));
    const last = await deductibles(policy);
    const outcomes = await Promise.all([newClaim(), newClaim()].map((claim) => claims.reserve(request(policy, claim, takes(last, '50.00')))));
    expect(outcomes.map((one) => one.outcome).toSorted()).toEqual(['RESERVED', 'STALE']);
    expect((await deductibles(policy)).map((one) => [one.used, one.remaining])).toEqual([['1500.00', '0.00'], ['1500.00', '1500.00']]);
  });

  it('swaps what it had taken for the new in one step when it is decided anew', async () => {
    const policy = await issued();
    const claim = newClaim();
    await claims.reserve(request(policy, claim, takes(await deductibles(policy), '1400.00')));
    await claims.confirm(claim);
    expect(await claims.reserve(request(policy, claim, takes(await deductibles(policy, first(policy), { claim }), '1500.00')))).toMatchObject({ outcome: 'RESERVED' });
    expect((await deductibles(policy)).map((one) => one.used)).toEqual(['1500.00', '1500.00']);
    expect(await faults()).toEqual([]);
  });

  it('passes to a replacement in one transaction, also when the limit is used up', async () => {
    const policy = await issued();
    const [old, next] = [newClaim(), newClaim()];
    await claims.reserve(request(policy, old, takes(await deductibles(policy), '1500.00')));
    await claims.confirm(old);
    const seen = await deductibles(policy, first(policy), { claim: next, replaces: old });
    expect(seen.map((one) => one.remaining)).toEqual(['1500.00', '3000.00']);
    const input = request(policy, next, takes(seen, '1500.00'), { replaces: old });
    expect(await Promise.all([claims.reserve(input), claims.reserve(input)])).toEqual([{ outcome: 'RESERVED', stale: [] }, { outcome: 'RESERVED', stale: [] }]);
    expect((await deductibles(policy)).map((one) => one.used)).toEqual(['1500.00', '1500.00']);
    expect([await claims.release(old), await claims.confirm(next)]).toEqual(['REVERSED', 'CONFIRMED']);
    expect(await faults()).toEqual([]);
  });

  it('stays exact when reservations, releases, confirmations and a replacement of one claim meet', async () => {
    const policy = await issued();
    for (let round = 0; round < 5; round += 1) {
      const [old, next] = [newClaim(), newClaim()];
      const seen = await deductibles(policy);
      const input = request(policy, old, takes(seen, '100.00'));
      await claims.reserve(input);
      await Promise.all([
        claims.confirm(old),
        claims.release(old),
        claims.reserve(input),
        deductibles(policy, first(policy), { replaces: old }).then((now) => claims.reserve(request(policy, next, takes(now, '100.00'), { replaces: old }))),
        claims.release(next),
      ]);
      expect(await faults()).toEqual([]);
    }
  });

  it('is given back by a release, once, and lists for review what was decided after it from the same limits', async () => {
    const policy = await issued();
    const [early, reversed, full, undecided] = [newClaim(), newClaim(), newClaim(), newClaim()];
    await claims.reserve(request(policy, early, takes(await deductibles(policy), '500.00')));
    await claims.confirm(early);
    await claims.reserve(request(policy, reversed, takes(await deductibles(policy), '1000.00')));
    await claims.confirm(reversed);
    // found the deductible full and took nothing
    const seen = await deductibles(policy);
    await claims.reserve(request(policy, full, { ...takes(seen, '1.00'), movements: [] }));
    await claims.confirm(full);
    await claims.reserve(request(policy, undecided, { ...takes(seen, '1.00'), movements: [] }));
    await claims.release(undecided);
    expect([await claims.release(reversed), await claims.release(reversed)]).toEqual(['REVERSED', 'REVERSED']);
    expect((await deductibles(policy)).map((one) => one.used)).toEqual(['500.00', '500.00']);
    const { accumulatorReviews } = await eligibility.data(person(['adjuster']), '{ accumulatorReviews { nodes { claim { locator } reversedClaim { locator } } } }');
    const listed = accumulatorReviews.nodes.filter((node: { reversedClaim: { locator: string } }) => node.reversedClaim.locator === reversed);
    expect(listed).toEqual([{ claim: { locator: full }, reversedClaim: { locator: reversed } }]);
    expect((await eligibility.ask(person(['member']), '{ accumulatorReviews { nodes { id } } }')).codes).toEqual(['FORBIDDEN']);
    expect(await faults()).toEqual([]);
  });

  it('can be taken again after it was released', async () => {
    const policy = await issued();
    const claim = newClaim();
    const input = () => deductibles(policy).then((seen) => request(policy, claim, takes(seen, '100.00')));
    await claims.reserve(await input());
    expect(await claims.release(claim)).toBe('RELEASED');
    expect(await claims.confirm(claim)).toBe('RELEASED');
    expect(await claims.reserve(await input())).toMatchObject({ outcome: 'RESERVED' });
    expect(await claims.confirm(claim)).toBe('CONFIRMED');
  });

  it('reads by index, however much is stored', async () => {
    const plans: [string, unknown[]][] = [
      ["SELECT * FROM eligibility.member_coverage WHERE status <> 'SUPERSEDED' AND (party_id = ANY($1::uuid[]) OR party_locator = ANY($2::text[]))", [[], []]],
      ["SELECT * FROM eligibility.member_coverage WHERE status <> 'SUPERSEDED' AND policy_id = ANY($1::uuid[])", [[]]],
      ['SELECT * FROM eligibility.coverage_accumulators WHERE key = ANY($1::text[]) ORDER BY key COLLATE "C" FOR UPDATE', [[]]],
      ['SELECT * FROM eligibility.accumulator_movements WHERE claim_locator = ANY($1::text[]) AND given_back_at IS NULL', [[]]],
    ];
    const client = await db.pool.connect();
    try {
      await client.query('SET enable_seqscan = off');
      for (const [sql, values] of plans) expect(JSON.stringify((await client.query(`EXPLAIN (FORMAT JSON) ${sql}`, values)).rows), sql).not.toContain('Seq Scan');
    } finally {
      client.release(true);
    }
  });

  it('answers NONE for a claim that never reserved', async () => {
    expect([await claims.confirm(newClaim()), await claims.release(newClaim())]).toEqual(['NONE', 'NONE']);
  });

  it('counts in both networks when the product counts across, each to its own limit', async () => {
    const policy = await issued([newPerson()], { coverage: medical({ cross: 'BOTH' }) });
    const snapshot = await claims.cover(policy, first(policy));
    expect(snapshot.lines[0].coverage.cross).toBe('BOTH');
    const persons = (snapshot.lines[0].accumulators as AccumulatorView[]).filter((one) => one.type === 'DEDUCTIBLE' && one.level === 'PERSON');
    expect(persons.map((one) => [one.network, one.limit])).toEqual([['IN', '1500.00'], ['OUT', '3000.00']]);
    expect(await claims.reserve(request(policy, newClaim(), takes(persons, '700.00')))).toMatchObject({ outcome: 'RESERVED' });
    const after = (await claims.cover(policy, first(policy))).lines[0].accumulators as AccumulatorView[];
    expect(after.filter((one) => one.used !== '0.00').map((one) => [one.network, one.remaining])).toEqual([['IN', '800.00'], ['OUT', '2300.00']]);
  });

  it('counts visits and units as decimals without a currency', async () => {
    const policy = await issued();
    const seen = ((await claims.cover(policy, first(policy), { coverageTermKey: 'physiotherapy', serviceDate: '2026-05-01' })).lines[0].accumulators as AccumulatorView[]).filter((one) => one.type === 'VISITS');
    expect(await claims.reserve(request(policy, newClaim(), takes(seen, '20', '2026-05-01')))).toMatchObject({ outcome: 'RESERVED' });
    const { lines } = await claims.cover(policy, first(policy), { coverageTermKey: 'physiotherapy', serviceDate: '2026-06-01' });
    expect(lines[0].accumulators.filter((one: AccumulatorView) => one.type === 'VISITS')).toMatchObject([{ limit: '20', used: '20', remaining: '0' }]);
  });

  it('goes on with the year’s amounts through renewal, measures by the limit of the service date, and starts anew with a new policy', async () => {
    const who = newPerson();
    const term = { id: '01900000-0000-7000-8000-0000000000a1', locator: 'trm_a', number: 1, from: '2025-07-01', to: '2026-07-01', prorationBasis: 'DAY' as const };
    const policy = await issued([who], { term });
    await claims.reserve(request(policy, newClaim(), takes(await deductibles(policy), '1200.00')));
    const lower = medical({ deductible: { kind: 'EMBEDDED', period: 'CALENDAR_YEAR', in: { person: '1000.00', family: '3000.00' } } });
    const renewed: PolicyState = { ...policy, coverage: lower, term: { ...term, id: '01900000-0000-7000-8000-0000000000a2', from: '2026-07-01', to: '2027-07-01' }, elementId: '01900000-0000-7000-8000-0000000000a3' };
    await apply(db, policyEvent(renewed, 'renewed'));
    const seen = await deductibles(policy, who, { serviceDate: '2026-08-01' });
    expect(seen.map((one) => [one.level, one.limit, one.used, one.remaining])).toEqual([['PERSON', '1000.00', '1200.00', '0.00'], ['FAMILY', '3000.00', '1200.00', '1800.00']]);
    expect(await deductibles(policy, who)).toMatchObject([{ limit: '1500.00', remaining: '300.00' }, {}]);
    expect(await claims.reserve(request(policy, newClaim(), takes(seen, '1.00', '2026-08-01')))).toMatchObject({ outcome: 'STALE' });
    expect(await deductibles(policy, who, { serviceDate: '2027-02-01' })).toMatchObject([{ used: '0.00' }, { used: '0.00' }]);
    const other = await issued([who]);
    expect(await deductibles(other, who)).toMatchObject([{ used: '0.00' }, { used: '0.00' }]);
  });

  it('goes on for who re-joins the same scheme within the year, and not in another scheme', async () => {
    const [ada, bo] = [newPerson(), newPerson()];
    const left = await issued([ada, { ...bo, to: '2026-04-01' }], { scheme: 'sch_a' });
    await apply(db, policyEvent(left, 'cancelled', '2026-04-01'));
    await claims.reserve(request(left, newClaim(), takes(await deductibles(left, ada), '400.00')));
    const term = { ...left.term, id: '01900000-0000-7000-8000-0000000000b1', from: '2026-09-01', to: '2027-09-01' };
    const again = await issued([ada, newPerson()], { scheme: 'sch_a', term });
    const later = { serviceDate: '2026-10-01' };
    expect((await deductibles(again, ada, later)).map((one) => one.used)).toEqual(['400.00', '400.00']);
    expect((await deductibles(again, again.insured[1] as Person, later)).map((one) => one.used)).toEqual(['0.00', '400.00']);
    expect((await deductibles(again, ada, { serviceDate: '2027-02-01' })).map((one) => one.used)).toEqual(['0.00', '0.00']);
    expect(await claims.reserve(request(again, newClaim(), takes(await deductibles(again, ada, later), '1100.00', '2026-10-01')))).toMatchObject({ outcome: 'RESERVED' });
    const elsewhere = await issued([bo], { scheme: 'sch_b', term: { ...term, id: '01900000-0000-7000-8000-0000000000b2' } });
    expect((await deductibles(elsewhere, bo, later)).map((one) => one.used)).toEqual(['0.00', '0.00']);
  });

  it('refuses what is no amount, and is STALE for an accumulator that the cover does not have', async () => {
    const policy = await issued();
    const seen = await deductibles(policy);
    for (const amount of ['0', '-5.00', '0.001', '1.00001']) await expect(claims.reserve(request(policy, newClaim(), takes(seen, amount))), amount).rejects.toThrow('BAD_USER_INPUT');
    const unknown = { expected: [], movements: [{ accumulator: 'nothing', amount: '1.00', serviceDate: '2026-03-01' }] };
    expect(await claims.reserve(request(policy, newClaim(), unknown))).toEqual({ outcome: 'STALE', stale: ['nothing'] });
    expect((await eligibility.ask(person(['adjuster']), 'mutation { releaseAccumulators(claim: "clm_x") { status } }')).codes).toEqual(['FORBIDDEN']);
  });

  it('is told for every line of a claim what it meets, or why not, in four statements however many lines', async () => {
    const policy = await issued();
    const line = (number: number, serviceDate: string, coverageTermKey: string) => ({ line: number, serviceDate, coverageTermKey });
    const ask = async (services: object[]) =>
      eligibility.ask(
        { subject: 'claims', kind: 'service', roles: [], scopes: ['service'], actsFor: {} },
        'query ($input: CoverForClaimInput!) { coverForClaim(input: $input) { lines { line isCovered reason waitingUntil coverageTerm element { insuredSince } } } }',
        { input: { partyId: first(policy).id, policyId: policy.policyId, services } },
      );
    const { data } = await ask([line(1, '2026-02-01', 'physiotherapy'), line(2, '2025-12-01', 'surgery'), line(3, '2027-01-01', 'surgery'), line(4, '2026-02-01', 'crown')]);
    expect(data.coverForClaim.lines).toMatchObject([
      { line: 1, isCovered: true, reason: null, waitingUntil: '2026-04-01', coverageTerm: { key: 'physiotherapy' }, element: { insuredSince: '2026-01-01' } },
      { line: 2, isCovered: false, reason: 'BEFORE_COVER', element: null },
      { line: 3, isCovered: false, reason: 'AFTER_COVER', element: null },
      { line: 4, isCovered: false, reason: 'SERVICE_NOT_COVERED', coverageTerm: null },
    ]);
    const lines = Array.from({ length: 50 }, (_line, index) => line(index + 1, '2026-02-01', 'surgery'));
    expect((await ask(lines)).statements).toBe((await ask(lines.slice(0, 1))).statements);
    expect(await claims.cover({ policyId: policy.policyId }, newPerson())).toBeNull();
  });
});

