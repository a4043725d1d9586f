/** Children who come of age leave by an automatic endorsement, once, on their day; those who have left before are let be. */
import { afterAll, beforeAll, expect, it, describe } from 'vitest';
import { plain } from '../testing/fixtures.ts';
import { admin, key, makeWorld, type World } from '../testing/world.ts';
import { endDependants } from './dependants.ts';

describe('dependants', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld('2025-12-20T09:00:00Z');
    plain(world.policyAdmin, 'DAY');
    world.policyAdmin.document = { ...world.policyAdmin.document, dependantAgeMax: 26, dependantLeaves: 'BIRTHDAY' };
  });
  afterAll(() => world.close());

  const run = () => endDependants({ ...world.enrollment.deps, service: 'enrollment', schema: 'enrollment' }, world.enrollment.services);
  async function family(birth: string) {
    const [ann, child] = [world.policyAdmin.person(), world.policyAdmin.person(birth)];
    const insured = [{ partyLocator: ann.locator, relationship: 'SELF' }, { partyLocator: child.locator, relationship: 'CHILD' }];
    const quote = await world.quoteFor(ann, undefined, { effectiveFrom: '2026-01-01', answers: [{ key: 'level', value: 'A' }], insured });
    return { child, locator: (await world.issue(quote.locator)).locator as string };
  }
  const read = async (locator: string) =>
    (await world.enrollment.data(admin, 'query ($l: ID!) { policy(locator: $l) { transactions { category effectiveDate premium { amount } } elements { insured { relationship effectiveTo } } } }', { l: locator })).policy;

  it('leave on the day, not before, and once; the premium of the rest is given back', async () => {
    const leap = await family('2000-02-29');
    const later = await family('2000-08-01');
    const gone = await family('2000-03-01');
    await world.enrollment.data(admin, 'mutation ($input: EndorsePolicyInput!) { endorsePolicy(input: $input) { __typename } }', { input: { change: { locator: gone.locator, effectiveDate: '2026-02-01', removeInsured: [gone.child.locator] }, idempotencyKey: key() } });
    world.enrollment.clock.set('2026-02-28T23:00:00Z');
    expect(await run()).toBe(0);
    world.enrollment.clock.set('2026-03-01T09:00:00Z');
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    const policy = await read(leap.locator);
    // 306 of 365 days of 1,200.00
    expect(policy.transactions.at(-1)).toEqual({ category: 'ENDORSEMENT', effectiveDate: '2026-03-01', premium: { amount: '-1006.03' } });
    expect(policy.elements[0].insured).toContainEqual({ relationship: 'CHILD', effectiveTo: '2026-03-01' });
    expect((await read(later.locator)).transactions).toHaveLength(1);
    expect((await read(gone.locator)).transactions).toHaveLength(2);
  });
});
