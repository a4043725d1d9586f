/** Grace and lapse on PostgreSQL, as billing tells them. */
import { newId } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyChanged } from '../policy/events.ts';
import { plain } from '../testing/fixtures.ts';
import { admin, key, makeWorld, type World } from '../testing/world.ts';
import { paymentProjection } from './payment.ts';

describe('unpaid premium', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld('2025-12-20T09:00:00Z');
    plain(world.policyAdmin, 'DAY');
  });
  afterAll(() => world.close());

  const eventOf = (what: string, policy: { id: string; locator: string }, paidTo = '2026-04-01'): CloudEvent => ({
    specversion: '1.0',
    id: newId(),
    source: '/olly/billing',
    type: `olly.billing.policy.${what}.v1`,
    subject: policy.locator,
    time: '2026-05-15T09:00:00Z',
    datacontenttype: 'application/json',
    data: { policyId: policy.id, policy: policy.locator, paidTo },
  });
  const apply = (event: CloudEvent) => transaction(world.db.pool, (tx) => paymentProjection({ ...world.enrollment.deps, service: 'enrollment', schema: 'enrollment' }).apply(tx, event));
  const read = async (l: string) => (await world.enrollment.data(admin, 'query ($l: ID!) { policy(locator: $l) { status coveredTo terms { status endedOn } transactions { category premium { amount } tax { amount } } } }', { l })).policy;

  it('begins and ends grace, then lapses back to the day that is paid for, once, and can be reinstated', async () => {
    world.enrollment.clock.set('2025-12-20T09:00:00Z');
    const policy = await world.issue((await world.quoteFor(world.policyAdmin.person(), undefined, { effectiveFrom: '2026-01-01', answers: [{ key: 'level', value: 'A' }] })).locator);
    world.enrollment.clock.set('2026-05-15T09:00:00Z');
    await apply(eventOf('grace_started', policy));
    expect((await read(policy.locator)).status).toBe('IN_GRACE');
    await apply(eventOf('grace_ended', policy));
    expect((await read(policy.locator)).status).toBe('ACTIVE');
    await apply(eventOf('grace_started', policy));
    const lapsed = eventOf('lapsed', policy);
    await apply(lapsed);
    await apply(lapsed);
    expect(await read(policy.locator)).toEqual({
      status: 'LAPSED',
      coveredTo: '2026-04-01',
      terms: [{ status: 'LAPSED', endedOn: '2026-04-01' }],
      transactions: [
        { category: 'ISSUANCE', premium: { amount: '1200.00' }, tax: { amount: '144.00' } },
        { category: 'CANCELLATION', premium: { amount: '-904.11' }, tax: { amount: '-108.49' } },
      ],
    });
    const { rows } = await world.db.pool.query('SELECT type, payload FROM enrollment.outbox WHERE key = $1 ORDER BY id', [policy.locator]);
    expect(rows.map((row) => row.type)).toEqual(['olly.enrollment.policy.issued.v1', 'olly.enrollment.policy.cancelled.v1']);
    const data = policyChanged.parse(rows[1].payload.data);
    expect(data).toMatchObject({ status: 'LAPSED', cancellation: { kind: 'PRO_RATA' }, elements: [{ insured: [{ to: '2026-04-01' }] }] });
    expect(data.access.map(({ role }) => role).sort()).toEqual(['HOLDER', 'INSURED']);
    const audit = await world.db.pool.query('SELECT command FROM enrollment.policy_events WHERE policy_id = $1 ORDER BY id', [policy.id]);
    expect(audit.rows.map((row) => row.command)).toEqual(['start grace', 'end grace', 'start grace', 'lapse']);
    const back = 'mutation ($input: ReinstatePolicyInput!) { r: reinstatePolicy(input: $input) { ... on PolicyTransaction { premium { amount } policy { status coveredTo } } ... on EnrollmentRefusal { code } } }';
    expect((await world.enrollment.data(admin, back, { input: { locator: policy.locator, idempotencyKey: key() } })).r).toEqual({ premium: { amount: '904.11' }, policy: { status: 'ACTIVE', coveredTo: '2027-01-01' } });
    await apply(lapsed);
    expect((await read(policy.locator)).status).toBe('ACTIVE');
  });
});
