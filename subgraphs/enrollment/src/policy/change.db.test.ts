/** Endorsements, cancellations and reinstatements on PostgreSQL, with the worked examples to the penny, and what others are told of them. */
import type { Identity } from '@olly/kit/auth';
import { transaction } from '@olly/kit/postgres';
import { person } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimProjection } from '../projections/claim.ts';
import { plain, said, type TestPerson } from '../testing/fixtures.ts';
import { admin, key, makeWorld, member, type World } from '../testing/world.ts';
import { policyChanged } from './events.ts';

const TRANSACTION = '... on PolicyTransaction { id locator category status effectiveDate premium { amount } tax { amount } fees { amount } policy { status coveredTo } } ... on EnrollmentRefusal { code message field }';

describe('changes of a policy', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld('2025-12-20T09:00:00Z');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.policyAdmin.outcomes = [];
    world.enrollment.clock.set('2025-12-20T09:00:00Z');
    plain(world.policyAdmin, 'DAY');
  });

  async function policyOf(ann: TestPerson, from = '2026-01-01', more: object = {}): Promise<string> {
    const quote = await world.quoteFor(ann, undefined, { effectiveFrom: from, answers: [{ key: 'level', value: 'A' }], ...more });
    return (await world.issue(quote.locator)).locator;
  }
  const endorse = async (locator: string, change: object, who: Identity = admin, idempotencyKey = key()) =>
    (await world.enrollment.data(who, `mutation ($input: EndorsePolicyInput!) { r: endorsePolicy(input: $input) { ${TRANSACTION} } }`, { input: { change: { locator, ...change }, idempotencyKey } })).r;
  const cancel = async (locator: string, effectiveDate: string, kind: string, who: Identity = admin, idempotencyKey = key()) =>
    (await world.enrollment.data(who, `mutation ($input: CancelPolicyInput!) { r: cancelPolicy(input: $input) { ${TRANSACTION} } }`, { input: { cancellation: { locator, effectiveDate, kind }, idempotencyKey } })).r;
  const reinstate = async (locator: string, idempotencyKey = key()) =>
    (await world.enrollment.data(admin, `mutation ($input: ReinstatePolicyInput!) { r: reinstatePolicy(input: $input) { ${TRANSACTION} } }`, { input: { locator, idempotencyKey } })).r;
  const level = (value: string) => ({ answers: [{ key: 'level', value }] });
  const charged = async (locator: string) => {
    const { rows } = await world.db.pool.query(
      `SELECT category, sum(amount)::numeric(19,2) AS sum FROM enrollment.policy_charges c JOIN enrollment.policies p ON p.id = c.policy_id WHERE p.locator = $1 GROUP BY category ORDER BY category`,
      [locator],
    );
    return Object.fromEntries(rows.map((row) => [row.category, row.sum]));
  };
  const events = async (locator: string) =>
    (await world.db.pool.query('SELECT type, payload FROM enrollment.outbox WHERE key = $1 ORDER BY id', [locator])).rows.map((row) => ({ type: row.type.split('.')[3], data: policyChanged.parse(row.payload.data) }));
  const told = async (locator: string) => (await events(locator)).flatMap(({ data }) => data.charges).reduce((sum, charge) => sum + Math.round(Number(charge.amount) * 100), 0);

  it('1,200.00, from 1 July 1,500.00, from 1 October 1,800.00 by day cost 1,426.85 and 12 % tax, told in order or not', async () => {
    const ann = world.policyAdmin.person();
    const [inOrder, late] = [await policyOf(ann), await policyOf(ann)];
    const july = await endorse(inOrder, { effectiveDate: '2026-07-01', ...level('B') });
    const october = await endorse(inOrder, { effectiveDate: '2026-10-01', ...level('C') });
    expect([july, october].map((one) => one.premium.amount)).toEqual(['151.23', '75.62']);
    await endorse(late, { effectiveDate: '2026-10-01', ...level('C') });
    expect(await endorse(late, { effectiveDate: '2026-07-01', ...level('B') })).toMatchObject({ category: 'ENDORSEMENT', status: 'ISSUED', effectiveDate: '2026-07-01' });
    for (const locator of [inOrder, late]) {
      expect(await charged(locator)).toEqual({ PREMIUM: '1426.85', TAX: '171.22' });
      expect(await told(locator)).toBe(142685 + 17122);
    }
    const { policy } = await world.enrollment.data(admin, 'query ($l: ID!) { policy(locator: $l) { transactions { category status effectiveDate } elements { insured { effectiveFrom effectiveTo premium { amount } } } } }', { l: late });
    expect(policy.transactions.map((one: { category: string; status: string; effectiveDate: string }) => `${one.category} ${one.status} ${one.effectiveDate}`)).toEqual([
      'ISSUANCE ISSUED 2026-01-01',
      'ENDORSEMENT REVERSED 2026-10-01',
      expect.stringMatching(/^(REVERSAL ISSUED 2026-10-01|ENDORSEMENT ISSUED 2026-07-01)$/),
      expect.stringMatching(/^(REVERSAL ISSUED 2026-10-01|ENDORSEMENT ISSUED 2026-07-01)$/),
      'ENDORSEMENT ISSUED 2026-10-01',
    ]);
    expect(policy.elements[0].insured).toEqual([
      { effectiveFrom: '2026-01-01', effectiveTo: '2026-07-01', premium: { amount: '1200.00' } },
      { effectiveFrom: '2026-07-01', effectiveTo: '2026-10-01', premium: { amount: '1500.00' } },
      { effectiveFrom: '2026-10-01', effectiveTo: '2027-01-01', premium: { amount: '1800.00' } },
    ]);
    const last = (await events(late)).at(-1);
    expect(last?.type).toBe('endorsed');
    expect(last?.data.elements[0]?.insured).toEqual([{ partyId: ann.id, party: ann.locator, from: '2026-01-01', to: '2027-01-01' }]);
  });

  it('let a newborn join at birth and a partner leave, and tell who is covered and who sees what', async () => {
    const [ann, partner, baby] = [world.policyAdmin.person(), world.policyAdmin.person('1991-03-03'), world.policyAdmin.person('2026-05-01')];
    const insured = [{ partyLocator: ann.locator, relationship: 'SELF' }, { partyLocator: partner.locator, relationship: 'PARTNER' }];
    const locator = await policyOf(ann, '2026-01-01', { insured });
    world.enrollment.clock.set('2026-05-10T09:00:00Z');
    const change = { effectiveDate: '2026-05-01', addInsured: [{ partyLocator: baby.locator, relationship: 'CHILD' }], removeInsured: [partner.locator] };
    // 245 of 365 days: the baby costs 805.48, the partner's 805.48 come back
    expect(await endorse(locator, change)).toMatchObject({ premium: { amount: '0.00' }, tax: { amount: '0.00' } });
    const data = (await events(locator)).at(-1)?.data;
    expect(data?.elements[0]?.insured.map(({ party, from, to }) => [party, from, to])).toEqual([
      [ann.locator, '2026-01-01', '2027-01-01'],
      [partner.locator, '2026-01-01', '2026-05-01'],
      [baby.locator, '2026-05-01', '2027-01-01'],
    ]);
    expect(data?.charges.map(({ amount, from, to }) => [amount, from, to])).toEqual([['-805.48', '2026-05-01', '2027-01-01'], ['805.48', '2026-05-01', '2027-01-01']]);
    expect(data?.access.filter(({ role }) => role === 'GUARDIAN')).toMatchObject([{ party: ann.locator, target: baby.locator, to: '2042-05-01' }]);
    expect(await endorse(locator, { effectiveDate: '2026-06-01', removeInsured: [partner.locator] })).toMatchObject({ code: 'INSURED_INVALID', field: 'removeInsured[0]' });
    expect(await endorse(locator, { effectiveDate: '2026-06-01', removeInsured: [ann.locator, baby.locator] })).toMatchObject({ code: 'INSURED_INVALID' });
  });

  it('1,000.00 cancelled half-way by month with a 10 % short rate give 450.00 back; reinstated, the customer owes 450.00', async () => {
    plain(world.policyAdmin, 'MONTH', '1000.00');
    const ann = world.policyAdmin.person();
    const locator = await policyOf(ann);
    const preview = await world.enrollment.data(member(ann), 'query ($c: CancellationInput!) { previewCancellation(cancellation: $c) { ... on PolicyChangePreview { premium { amount } tax { amount } total { amount } } } }', {
      c: { locator, effectiveDate: '2026-07-01', kind: 'SHORT_RATE' },
    });
    expect(preview.previewCancellation).toEqual({ premium: { amount: '-450.00' }, tax: { amount: '-54.00' }, total: { amount: '-504.00' } });
    const cancelled = await cancel(locator, '2026-07-01', 'SHORT_RATE', member(ann));
    expect(cancelled).toMatchObject({ category: 'CANCELLATION', premium: { amount: '-450.00' }, tax: { amount: '-54.00' }, policy: { coveredTo: '2026-07-01' } });
    const event = (await events(locator)).at(-1);
    expect(event).toMatchObject({ type: 'cancelled', data: { cancellation: { kind: 'SHORT_RATE', shortRate: '0.10' }, transaction: { category: 'CANCELLATION', effectiveDate: '2026-07-01' } } });
    expect(event?.data.elements[0]?.insured[0]?.to).toBe('2026-07-01');
    expect(await endorse(locator, { effectiveDate: '2026-05-01', ...level('B') })).toMatchObject({ code: 'POLICY_NOT_IN_FORCE' });
    expect(await cancel(locator, '2026-06-01', 'PRO_RATA')).toMatchObject({ code: 'POLICY_NOT_IN_FORCE' });
    expect(await reinstate(locator)).toMatchObject({ category: 'REINSTATEMENT', premium: { amount: '450.00' }, tax: { amount: '54.00' }, policy: { status: 'PENDING', coveredTo: '2027-01-01' } });
    expect(await charged(locator)).toEqual({ PREMIUM: '1000.00', TAX: '120.00' });
    expect((await events(locator)).at(-1)).toMatchObject({ type: 'reinstated', data: { elements: [{ insured: [{ from: '2026-01-01', to: '2027-01-01' }] }] } });
    expect(await reinstate(locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The term is ACTIVE and cannot become ACTIVE.' });
  });

  it('1,200.00 and 144.00 tax cancelled on 1 April by day with 10 % give 813.70 and 97.64 back', async () => {
    const locator = await policyOf(world.policyAdmin.person());
    expect(await cancel(locator, '2026-04-01', 'SHORT_RATE')).toMatchObject({ premium: { amount: '-813.70' }, tax: { amount: '-97.64' } });
  });

  it('give everything back in the cooling-off days, fees too, and after them only by an officer', async () => {
    world.policyAdmin.document = { ...world.policyAdmin.document, rating: { ...world.policyAdmin.document.rating, fees: [{ name: 'Fee', amount: '25.00' }] } };
    const ann = world.policyAdmin.person();
    const [one, two] = [await policyOf(ann), await policyOf(ann)];
    world.enrollment.clock.set('2025-12-30T12:00:00Z');
    expect(await cancel(one, '2026-02-01', 'FLAT', member(ann))).toMatchObject({ code: 'PERIOD_INVALID' });
    expect(await cancel(one, '2026-01-01', 'FLAT', member(ann))).toMatchObject({ premium: { amount: '-1200.00' }, tax: { amount: '-144.00' }, fees: { amount: '-25.00' }, policy: { status: 'CANCELLED' } });
    expect(await charged(one)).toEqual({ FEE: '0.00', PREMIUM: '0.00', TAX: '0.00' });
    world.enrollment.clock.set('2025-12-31T12:00:00Z');
    expect(await cancel(two, '2026-01-01', 'FLAT', member(ann))).toMatchObject({ code: 'COOLING_OFF_OVER', field: 'kind' });
    expect(await cancel(two, '2026-01-01', 'FLAT')).toMatchObject({ category: 'CANCELLATION' });
  });

  it('give back in the cooling-off days only what is to come once a claim was incurred, and everything again when it was reversed', async () => {
    world.policyAdmin.document = { ...world.policyAdmin.document, cancellation: { coolingOffDays: 30, shortRate: '0.10' } };
    const ann = world.policyAdmin.person();
    const locator = await policyOf(ann);
    const policyId = (await world.db.pool.query('SELECT id FROM enrollment.policies WHERE locator = $1', [locator])).rows[0].id;
    const claimId = '01900000-0000-7000-8000-00000000c1a1';
    const tell = (kind: string) =>
      transaction(world.db.pool, (tx) =>
        claimProjection.apply(tx, { specversion: '1.0', id: claimId, source: '/olly/claims', type: `olly.claims.claim.${kind}.v1`, subject: 'clm', time: '2026-01-05T09:00:00Z', datacontenttype: 'application/json', data: { claimId, policyId } }),
      );
    const preview = async () =>
      (await world.enrollment.data(member(ann), 'query ($c: CancellationInput!) { r: previewCancellation(cancellation: $c) { ... on PolicyChangePreview { premium { amount } } } }', { c: { locator, effectiveDate: '2026-01-01', kind: 'FLAT' } })).r;
    world.enrollment.clock.set('2026-01-11T12:00:00Z');
    expect(await preview()).toEqual({ premium: { amount: '-1200.00' } });
    await tell('submitted');
    // 355 of 365 days
    expect(await preview()).toEqual({ premium: { amount: '-1167.12' } });
    await tell('reversed');
    expect(await preview()).toEqual({ premium: { amount: '-1200.00' } });
    await tell('approved');
    expect(await cancel(locator, '2026-01-01', 'FLAT', member(ann))).toMatchObject({ effectiveDate: '2026-01-11', premium: { amount: '-1167.12' }, policy: { coveredTo: '2026-01-11' } });
    expect((await events(locator)).at(-1)?.data.cancellation).toEqual({ kind: 'PRO_RATA' });
  });

  it('happen once for a key, and one of two at the same time', async () => {
    const ann = world.policyAdmin.person();
    const locator = await policyOf(ann);
    const idempotencyKey = key();
    const change = { effectiveDate: '2026-07-01', ...level('B') };
    const first = await endorse(locator, change, admin, idempotencyKey);
    expect((await endorse(locator, change, admin, idempotencyKey)).locator).toBe(first.locator);
    expect(await endorse(locator, { ...change, effectiveDate: '2026-08-01' }, admin, idempotencyKey)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    const answers = await Promise.all([cancel(locator, '2026-09-01', 'PRO_RATA'), cancel(locator, '2026-09-01', 'PRO_RATA'), endorse(locator, { effectiveDate: '2026-08-01', ...level('C') })]);
    const refused = answers.filter(({ code }) => code !== undefined);
    expect(refused).toHaveLength(2);
    for (const { code } of refused) expect(code).toMatch(/^(CONFLICT|POLICY_NOT_IN_FORCE)$/);
  });

  it('are refused outside the term, too far back, when the rules hold them, and to those who may not make them', async () => {
    world.policyAdmin.document = { ...world.policyAdmin.document, retroDays: 30 };
    const [ann, partner] = [world.policyAdmin.person(), world.policyAdmin.person('1991-03-03')];
    const insured = [{ partyLocator: ann.locator, relationship: 'SELF' }, { partyLocator: partner.locator, relationship: 'SPOUSE' }];
    const locator = await policyOf(ann, '2026-01-01', { insured });
    world.enrollment.clock.set('2026-06-15T09:00:00Z');
    expect(await endorse(locator, { effectiveDate: '2027-01-01', ...level('B') })).toMatchObject({ code: 'PERIOD_INVALID' });
    expect(await endorse(locator, { effectiveDate: '2026-05-15', ...level('B') }, member(ann))).toMatchObject({ code: 'RETRO_NOT_ALLOWED' });
    world.policyAdmin.outcomes = [said('block')];
    expect(await endorse(locator, { effectiveDate: '2026-07-01', ...level('B') }, member(ann))).toMatchObject({ status: 'REFERRED', premium: { amount: '302.46' } });
    expect(await charged(locator)).toEqual({ PREMIUM: '2400.00', TAX: '288.00' });
    const ask = async (who: Identity) => (await world.enrollment.ask(who, `mutation ($input: CancelPolicyInput!) { r: cancelPolicy(input: $input) { ${TRANSACTION} } }`, { input: { cancellation: { locator, effectiveDate: '2026-07-01', kind: 'PRO_RATA' }, idempotencyKey: key() } })).codes;
    expect(await ask(member(partner))).toEqual(['NOT_FOUND']);
    expect(await ask(person(['broker'], partner, { broker: 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e' }))).toEqual(['NOT_FOUND']);
    expect(await ask(person(['finance']))).toEqual(['FORBIDDEN']);
  });

  it('are refused when somebody has been covered elsewhere since the cancellation', async () => {
    const ann = world.policyAdmin.person();
    const locator = await policyOf(ann);
    await cancel(locator, '2026-04-01', 'PRO_RATA');
    await policyOf(ann, '2026-04-01');
    expect(await reinstate(locator)).toMatchObject({ code: 'COVER_OVERLAPS' });
  });
});
