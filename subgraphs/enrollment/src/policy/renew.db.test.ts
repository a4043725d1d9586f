/** Renewals on PostgreSQL: the next term at its own ages and rates, once, by people and by the job. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plain, type TestPerson } from '../testing/fixtures.ts';
import { admin, key, makeWorld, member, type World } from '../testing/world.ts';
import { policyChanged } from './events.ts';
import { renewDue } from './renew.ts';

describe('renewals', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld('2025-12-20T09:00:00Z');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.enrollment.clock.set('2025-12-20T09:00:00Z');
    world.policyAdmin.isSold = true;
    plain(world.policyAdmin, 'DAY');
  });

  async function policyOf(ann: TestPerson, insured: object[] = []): Promise<string> {
    const people = [{ partyLocator: ann.locator, relationship: 'SELF' }, ...insured];
    return (await world.issue((await world.quoteFor(ann, undefined, { effectiveFrom: '2026-01-01', answers: [{ key: 'level', value: 'A' }], insured: people })).locator)).locator;
  }
  const renew = async (locator: string, who = admin, idempotencyKey = key()) =>
    (await world.enrollment.data(who, 'mutation ($input: RenewPolicyInput!) { r: renewPolicy(input: $input) { ... on PolicyTransaction { locator category effectiveDate premium { amount } tax { amount } policy { coveredTo } } ... on EnrollmentRefusal { code message } } }', {
      input: { locator, idempotencyKey },
    })).r;
  const read = async (locator: string) =>
    (await world.enrollment.data(admin, 'query ($l: ID!) { policy(locator: $l) { coveredTo isRenewed terms { termNumber effectiveFrom effectiveTo } elements { staticId termId insured { relationship effectiveFrom premium { amount } } } } }', { l: locator })).policy;

  it('open the next term at the rates then in force, with the same elements and without children who are too old', async () => {
    const [ann, grown] = [world.policyAdmin.person(), world.policyAdmin.person('2001-01-01')];
    const locator = await policyOf(ann, [{ partyLocator: grown.locator, relationship: 'CHILD' }]);
    world.enrollment.clock.set('2026-11-30T12:00:00Z');
    expect(await renew(locator, member(ann))).toMatchObject({ code: 'RENEWAL_TOO_EARLY', message: 'The policy can be renewed from 2026-12-02 on.' });
    world.enrollment.clock.set('2026-12-02T12:00:00Z');
    world.policyAdmin.document = { ...world.policyAdmin.document, rating: { ...world.policyAdmin.document.rating, base: { MEDICAL: '1300.00' } } };
    expect(await renew(locator, member(ann))).toMatchObject({ category: 'RENEWAL', effectiveDate: '2027-01-01', premium: { amount: '1300.00' }, tax: { amount: '156.00' }, policy: { coveredTo: '2028-01-01' } });
    const policy = await read(locator);
    expect(policy.terms).toEqual([
      { termNumber: 1, effectiveFrom: '2026-01-01', effectiveTo: '2027-01-01' },
      { termNumber: 2, effectiveFrom: '2027-01-01', effectiveTo: '2028-01-01' },
    ]);
    expect(policy.elements[1].staticId).toBe(policy.elements[0].staticId);
    expect(policy.elements.map((element: { insured: object[] }) => element.insured.length)).toEqual([2, 1]);
    const { rows } = await world.db.pool.query('SELECT type, payload FROM enrollment.outbox WHERE key = $1 ORDER BY id DESC LIMIT 1', [locator]);
    expect(rows[0].type).toBe('olly.enrollment.policy.renewed.v1');
    expect(policyChanged.parse(rows[0].payload.data)).toMatchObject({ term: { number: 2, from: '2027-01-01' }, transaction: { category: 'RENEWAL' }, charges: [{ amount: '1300.00' }, { amount: '156.00', category: 'TAX' }] });
    expect(await renew(locator)).toMatchObject({ code: 'RENEWAL_TOO_EARLY' });
  });

  it('go on from what endorsements have made of the term', async () => {
    const locator = await policyOf(world.policyAdmin.person());
    const change = { locator, effectiveDate: '2026-07-01', answers: [{ key: 'level', value: 'C' }] };
    await world.enrollment.data(admin, 'mutation ($input: EndorsePolicyInput!) { endorsePolicy(input: $input) { __typename } }', { input: { change, idempotencyKey: key() } });
    world.enrollment.clock.set('2026-12-10T12:00:00Z');
    expect(await renew(locator)).toMatchObject({ premium: { amount: '1800.00' } });
  });

  it('are made by the job, once however often it runs, but for those that are not to be renewed or no longer sold', async () => {
    const ann = world.policyAdmin.person();
    const [due, unwanted] = [await policyOf(ann), await policyOf(ann)];
    await world.enrollment.data(member(ann), 'mutation ($l: ID!) { setRenewal(input: { locator: $l, isRenewed: false }) { ... on Policy { isRenewed } } }', { l: unwanted });
    world.enrollment.clock.set('2026-12-10T12:00:00Z');
    expect(await renew(unwanted)).toMatchObject({ code: 'DO_NOT_RENEW' });
    world.policyAdmin.isSold = false;
    const run = () => renewDue({ ...world.enrollment.deps, service: 'enrollment', schema: 'enrollment' }, world.enrollment.services);
    expect(await run()).toBe(0);
    world.policyAdmin.isSold = true;
    await Promise.all([run().catch(() => 0), run().catch(() => 0)]);
    await run();
    expect((await read(due)).terms).toHaveLength(2);
    expect(await read(unwanted)).toMatchObject({ isRenewed: false, coveredTo: '2027-01-01' });
  });
});
