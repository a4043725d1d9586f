/** Prior authorisations through their commands: asked for, answered, used up by claims, given back, watched by the clock and counted by the year. */
import { type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import {
  adjuster,
  answeredBy,
  asMember,
  asProvider,
  claimInput,
  command,
  finance,
  grantPolicy,
  key,
  makeWorld,
  newPerson,
  SUBMIT,
  type World,
} from '../testing/world.ts';

let db: TestDatabase;
let claims: TestSubgraph;
let world: World;
const START = '2026-03-01T09:00:00Z';

beforeAll(async () => {
  db = await testDatabase('claims');
  claims = testSubgraph(subgraph, db, { services: answeredBy(() => world), start: START });
});
afterAll(() => db.close());
beforeEach(async () => {
  world = makeWorld();
  world.eligibility.accumulators.clear();
  world.eligibility.term = { ...world.eligibility.term, priorAuthorisation: true };
  claims.clock.set(START);
  await grantPolicy(db, world);
});

const FIELDS =
  '... on PriorAuthorisation { locator status unitsApproved unitsUsed dueAt isExtended isEscalated denialReason } ... on PriorAuthorisationRefusal { code message field }';
const run = async (who: Parameters<TestSubgraph['data']>[0], name: string, input: object, type = 'PriorAuthorisationInput') =>
  (await claims.data(who, `mutation ($input: ${type}!) { ${name}(input: $input) { ${FIELDS} } }`, { input }))[name];
const ask = (more: object = {}, who = asProvider(world)) =>
  run(
    who,
    'submitPriorAuthorisation',
    {
      idempotencyKey: key(),
      policyId: world.policy.id,
      memberPartyId: world.member.id,
      provider: world.provider.locator,
      procedureCode: '27447',
      coverageTermKey: 'office_visit',
      units: 5,
      from: '2026-02-01',
      to: '2026-06-01',
      ...more,
    },
    'SubmitPriorAuthorisationInput',
  );
const review = (locator: string) => run(adjuster, 'reviewPriorAuthorisation', { priorAuthorisation: locator });
const decide = (locator: string, units: number, reason: string | null = null) =>
  run(adjuster, 'decidePriorAuthorisation', { priorAuthorisation: locator, units, reason }, 'DecidePriorAuthorisationInput');
const reasoned = (name: string, locator: string, reason: string, who = adjuster) =>
  run(who, name, { priorAuthorisation: locator, reason }, 'PriorAuthorisationReasonInput');
const granted = async (units: number) => {
  const { locator } = await ask({ units });
  await review(locator);
  expect((await decide(locator, units)).status).toBe('APPROVED');
  return locator as string;
};
const submit = async (more: object = {}, line: object = {}) =>
  (await claims.data(asMember(world.member), SUBMIT, { input: claimInput(world, more as never, line as never) })).submitClaim;
const find = async (locator: string) =>
  (await claims.data(adjuster, 'query ($l: ID!) { priorAuthorisation(locator: $l) { status unitsUsed isEscalated } }', { l: locator })).priorAuthorisation;
const watch = () => subgraph.jobs?.(claims.services, claims.deps).tasks.watch_prior_authorisations?.({}, { id: '1', attempt: 1 });

describe('asking for care to be authorised', () => {
  it('starts the clock: seven days, 72 hours when expedited', async () => {
    expect(await ask()).toMatchObject({ status: 'SUBMITTED', dueAt: '2026-03-08T09:00:00.000Z' });
    expect((await ask({ urgency: 'EXPEDITED' })).dueAt).toBe('2026-03-04T09:00:00.000Z');
  });

  it('makes one of the same key, and refuses what cannot be', async () => {
    const same = { idempotencyKey: key() };
    const who = asProvider(world);
    expect((await ask(same, who)).locator).toBe((await ask(same, who)).locator);
    expect((await ask({ ...same, units: 6 }, who)).code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await ask({ from: '2026-06-01' })).code).toBe('PERIOD_INVALID');
    world.enrollment.exists = false;
    expect((await ask()).code).toBe('POLICY_UNKNOWN');
  });

  it('is extended once, with a reason on record', async () => {
    const { locator } = await ask();
    expect(await reasoned('extendPriorAuthorisation', locator, 'Imaging is awaited')).toMatchObject({ isExtended: true, dueAt: '2026-03-22T09:00:00.000Z' });
    expect((await reasoned('extendPriorAuthorisation', locator, 'Again')).code).toBe('ALREADY_EXTENDED');
  });

  it('asks for more and hears back, denies for a specific reason, and opens again by appeal', async () => {
    const { locator } = await ask();
    await review(locator);
    expect((await reasoned('requestPriorAuthorisationInfo', locator, 'Please send the scan')).status).toBe('INFO_REQUESTED');
    expect((await run(asProvider(world), 'answerPriorAuthorisationInfo', { priorAuthorisation: locator })).status).toBe('IN_REVIEW');
    expect((await decide(locator, 0)).code).toBe('REASON_MISSING');
    expect(await decide(locator, 0, 'Physiotherapy has not been tried')).toMatchObject({ status: 'DENIED', denialReason: 'Physiotherapy has not been tried' });
    expect((await reasoned('appealPriorAuthorisation', locator, 'It has', asProvider(world))).status).toBe('APPEALED');
    await review(locator);
    expect((await decide(locator, 5)).status).toBe('APPROVED');
  });

  it('escalates what is overdue, and approves nothing by itself', async () => {
    const { locator } = await ask();
    claims.clock.set('2026-03-08T09:00:01Z');
    await watch();
    await watch();
    expect(await find(locator)).toMatchObject({ status: 'SUBMITTED', isEscalated: true });
    const { rows } = await db.pool.query(
      "SELECT count(*) FROM claims.prior_auth_events e JOIN claims.prior_auths p ON p.id = e.prior_auth_id WHERE p.locator = $1 AND event_type = 'ESCALATED'",
      [locator],
    );
    expect(rows[0].count).toBe('1');
    const { priorAuthorisations } = await claims.data(
      adjuster,
      'query ($p: ID!) { priorAuthorisations(filter: { isOverdue: true, provider: $p }) { nodes { locator } } }',
      { p: world.provider.locator },
    );
    expect(priorAuthorisations.nodes).toEqual([{ locator }]);
  });
});

describe('approved units', () => {
  it('are used up by claims, given back by a reversal, and used again', async () => {
    const locator = await granted(2);
    const first = await submit({}, { units: 2, priorAuthorisation: locator });
    expect([first.status, await find(locator)]).toEqual(['APPROVED', { status: 'EXHAUSTED', unitsUsed: 2, isEscalated: false }]);
    const second = await submit({}, { serviceDate: '2026-02-21', priorAuthorisation: locator });
    expect([second.status, second.lines[0].adjustments[0].group, second.lines[0].adjustments[0].reasonCode]).toEqual(['DENIED', 'CO', '197']);
    await claims.data(finance, command('payClaim'), { input: { claim: first.locator, paymentReference: 'BACS-1' } });
    await claims.data(finance, command('reverseClaim'), { input: { claim: first.locator, reason: 'BILLED_IN_ERROR' } });
    expect(await find(locator)).toMatchObject({ status: 'APPROVED', unitsUsed: 0 });
    expect((await submit({ replaces: first.locator }, { units: 1, priorAuthorisation: locator })).status).toBe('APPROVED');
  });

  it('are found for a claim that names no authorisation', async () => {
    const locator = await granted(5);
    expect((await submit()).status).toBe('APPROVED');
    expect((await find(locator)).unitsUsed).toBe(1);
  });

  it('are never passed by claims that race for them', async () => {
    const locator = await granted(3);
    const days = Array.from({ length: 6 }, (_one, index) => `2026-02-1${index}`);
    const answers = await Promise.all(days.map((serviceDate) => submit({}, { serviceDate, priorAuthorisation: locator })));
    expect(answers.filter((one) => one.status === 'APPROVED')).toHaveLength(3);
    expect(await find(locator)).toMatchObject({ status: 'EXHAUSTED', unitsUsed: 3 });
  });

  it('of a request that is still open hold the claim; none at all are the provider’s fault', async () => {
    expect((await submit()).lines[0].adjustments).toMatchObject([{ group: 'CO', reasonCode: '197' }]);
    const { locator } = await ask();
    expect(await submit({}, { serviceDate: '2026-02-22', priorAuthorisation: locator })).toMatchObject({
      status: 'IN_REVIEW',
      holdReason: 'PRIOR_AUTHORISATION_PENDING',
    });
  });

  it('end with their period, and still cover the care of that period when it is claimed later', async () => {
    const locator = await granted(2);
    claims.clock.set('2026-06-01T00:00:00Z');
    await watch();
    expect((await find(locator)).status).toBe('EXPIRED');
    expect((await submit({}, { serviceDate: '2026-05-31', priorAuthorisation: locator })).status).toBe('APPROVED');
    expect(await find(locator)).toMatchObject({ status: 'EXPIRED', unitsUsed: 1 });
    expect((await submit({}, { serviceDate: '2026-06-01', priorAuthorisation: locator })).status).toBe('DENIED');
  });
});

describe('who sees an authorisation', () => {
  const LIST = '{ priorAuthorisations { nodes { locator } } }';

  it('the patient, the guardian of a child, the provider and adjusters; nobody else', async () => {
    const { locator } = await ask({ memberPartyId: world.child.id });
    const sees = async (who: Parameters<TestSubgraph['data']>[0]) => {
      const one = (await claims.data(who, 'query ($l: ID!) { priorAuthorisation(locator: $l) { locator } }', { l: locator })).priorAuthorisation !== null;
      const all = (await claims.data(who, LIST)).priorAuthorisations.nodes.some((node: { locator: string }) => node.locator === locator);
      expect(all).toBe(one);
      return one;
    };
    expect([await sees(asMember(world.child)), await sees(asMember(world.member)), await sees(asProvider(world)), await sees(adjuster)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([await sees(asMember(world.spouse)), await sees(asMember(newPerson())), await sees(finance)]).toEqual([false, false, false]);
    const spouses = await ask({ memberPartyId: world.spouse.id });
    const { priorAuthorisation } = await claims.data(asMember(world.member), 'query ($l: ID!) { priorAuthorisation(locator: $l) { locator } }', {
      l: spouses.locator,
    });
    expect(priorAuthorisation).toBeNull();
  });
});

describe('the yearly report', () => {
  it('counts standard and expedited apart: shares, mean and median time', async () => {
    claims.clock.set('2031-05-01T00:00:00Z');
    const dates = { from: '2031-05-01', to: '2031-06-01' };
    for (const [hours, units] of [
      [10, 5],
      [20, 5],
      [60, 0],
    ] as const) {
      claims.clock.set('2031-05-01T00:00:00Z');
      const { locator } = await ask(dates);
      await review(locator);
      claims.clock.advance(hours * 3_600_000);
      await decide(locator, units, units === 0 ? 'Not needed' : null);
    }
    const { priorAuthorisationReport: report } = await claims.data(
      adjuster,
      '{ priorAuthorisationReport(year: 2031) { urgency received decided shareApproved shareDenied shareApprovedAfterAppeal shareExtended meanHours medianHours } }',
    );
    expect(report).toEqual([
      {
        urgency: 'STANDARD',
        received: 3,
        decided: 3,
        shareApproved: '0.6667',
        shareDenied: '0.3333',
        shareApprovedAfterAppeal: '0.0000',
        shareExtended: '0.0000',
        meanHours: '30.00',
        medianHours: '20.00',
      },
      {
        urgency: 'EXPEDITED',
        received: 0,
        decided: 0,
        shareApproved: '0',
        shareDenied: '0',
        shareApprovedAfterAppeal: '0',
        shareExtended: '0',
        meanHours: null,
        medianHours: null,
      },
    ]);
  });
});
