/** Commands that race for the same quote or policy: whoever is first, the outcome is one, and everything that was written agrees with it. */
import { scaled } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expireQuotes } from '../quote/sweep.ts';
import { plain } from '../testing/fixtures.ts';
import { admin, key, makeWorld, TO_ACCEPTED, type World } from '../testing/world.ts';

const ROUNDS = scaled(1000, 12);

describe('racing commands', () => {
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

  const quoted = (steps: readonly string[]) => world.quoteFor(world.policyAdmin.person(), steps, { effectiveFrom: '2026-01-01', answers: [{ key: 'level', value: 'A' }] });
  const rows = async (text: string, ...values: unknown[]) => (await world.db.pool.query(text, values)).rows;
  const told = async (locator: string) => (await rows('SELECT type FROM enrollment.outbox WHERE key = $1 ORDER BY id', locator)).map(({ type }) => (type as string).split('.')[3]);
  /** What was charged of a policy and what was told of it, in minor units. */
  const sums = async (locator: string) => {
    const [booked] = await rows('SELECT coalesce(sum(c.amount), 0) * 100 AS sum FROM enrollment.policy_charges c JOIN enrollment.policies p ON p.id = c.policy_id WHERE p.locator = $1', locator);
    const [heard] = await rows("SELECT coalesce(sum((c->>'amount')::numeric), 0) * 100 AS sum FROM enrollment.outbox o, jsonb_array_elements(o.payload->'data'->'charges') c WHERE o.key = $1", locator);
    return [Number(booked.sum), Number(heard.sum)];
  };

  it(`accept and expire: a quote whose time runs out meanwhile is accepted in time or expired, never both (${ROUNDS} times)`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      world.enrollment.clock.set('2025-12-20T09:00:00Z');
      const quote = await quoted(TO_ACCEPTED.slice(0, 3));
      const expiresAt = new Date(quote.expiresAt).getTime();
      // One clock for both: it passes the moment of expiry while the rules are asked.
      world.enrollment.clock.set(new Date(expiresAt - 1).toISOString());
      world.policyAdmin.beforeRules = async () => {
        if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round % 5));
        if (round % 2 === 0) world.enrollment.clock.set(new Date(expiresAt).toISOString());
      };
      const origin = { ...world.enrollment.deps, service: 'enrollment', schema: 'enrollment' };
      const tick = async () => world.enrollment.clock.set(new Date(expiresAt).toISOString());
      const [accepted] = await Promise.all([world.step('acceptQuote', quote.locator), tick().then(() => expireQuotes(world.db.pool, origin))]);
      world.policyAdmin.beforeRules = async () => {};
      const history = (await rows('SELECT to_status, occurred_at FROM enrollment.quote_events WHERE quote_id = $1 ORDER BY id', quote.id)).map((row) => ({ to: row.to_status as string, at: (row.occurred_at as Date).getTime() }));
      const wasAccepted = history.some(({ to }) => to === 'ACCEPTED');
      expect(accepted.status === 'ACCEPTED').toBe(wasAccepted);
      expect((await told(quote.locator)).includes('accepted')).toBe(wasAccepted);
      // By the one clock: nothing was accepted at or after expiry.
      for (const { to, at } of history) if (to === 'ACCEPTED') expect(at).toBeLessThan(expiresAt);
      if (!wasAccepted) expect(accepted.code).toMatch(/^(QUOTE_EXPIRED|CONFLICT)$/);
      await expireQuotes(world.db.pool, origin);
      expect(await rows('SELECT status FROM enrollment.quotes WHERE id = $1', quote.id)).toEqual([{ status: 'EXPIRED' }]);
      expect(await world.issue(quote.locator)).toMatchObject({ code: 'QUOTE_EXPIRED' });
    }
  }, 600_000);

  it(`issue and issue: one policy, told once, whatever the keys (${ROUNDS} times)`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const quote = await quoted(TO_ACCEPTED);
      const one = key();
      const answers = await Promise.all([world.issue(quote.locator, admin, one), world.issue(quote.locator, admin, one), world.issue(quote.locator, admin, key())]);
      const made = await rows('SELECT locator FROM enrollment.policies WHERE quote_id = $1', quote.id);
      expect(made).toHaveLength(1);
      for (const { locator, code } of answers) {
        if (code) expect(code).toMatch(/^(CONFLICT|ILLEGAL_TRANSITION)$/);
        else expect(locator).toBe(made[0].locator);
      }
      expect(answers.some(({ locator }) => locator === made[0].locator)).toBe(true);
      expect(await told(made[0].locator)).toEqual(['issued']);
      expect(await sums(made[0].locator)).toEqual([134400, 134400]);
    }
  }, 600_000);

  it(`cancel and renew: the policy is renewed or cancelled, and the second goes on from the first or is refused (${ROUNDS} times)`, async () => {
    const mutate = async (name: 'cancelPolicy' | 'renewPolicy', type: string, input: object) =>
      (await world.enrollment.data(admin, `mutation ($input: ${type}!) { r: ${name}(input: $input) { ... on PolicyTransaction { category } ... on EnrollmentRefusal { code } } }`, { input: { ...input, idempotencyKey: key() } })).r;
    for (let round = 0; round < ROUNDS; round += 1) {
      world.enrollment.clock.set('2025-12-20T09:00:00Z');
      const { locator } = await world.issue((await quoted(TO_ACCEPTED)).locator);
      world.enrollment.clock.set('2026-12-10T09:00:00Z');
      const cancel = () => mutate('cancelPolicy', 'CancelPolicyInput', { cancellation: { locator, effectiveDate: '2026-12-20', kind: 'PRO_RATA' } });
      const renew = () => mutate('renewPolicy', 'RenewPolicyInput', { locator });
      const answers = await Promise.all(round % 2 === 0 ? [cancel(), renew()] : [renew(), cancel()]);
      const done: string[] = answers.flatMap(({ category }) => category ?? []);
      expect(done).toHaveLength(1);
      for (const { code } of answers) if (code) expect(code).toMatch(/^(CONFLICT|POLICY_NOT_IN_FORCE|PERIOD_INVALID)$/);
      const [policy] = await rows('SELECT status, covered_to, (SELECT count(*)::int FROM enrollment.policy_terms t WHERE t.policy_id = p.id) AS terms FROM enrollment.policies p WHERE locator = $1', locator);
      expect(policy).toEqual(done[0] === 'RENEWAL' ? { status: 'ACTIVE', covered_to: '2028-01-01', terms: 2 } : { status: 'CANCELLED', covered_to: '2026-12-20', terms: 1 });
      expect(await told(locator)).toEqual(['issued', done[0] === 'RENEWAL' ? 'renewed' : 'cancelled']);
      const [booked, heard] = await sums(locator);
      expect(heard).toBe(booked);
    }
  }, 600_000);
});
