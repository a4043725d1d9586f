/** From an overdue installment to the lapse of a policy, as the business clock passes. */
import { type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import billing from '../subgraph.ts';
import { apply, pay, policyOf, run } from '../testing/world.ts';

describe('dunning', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  beforeAll(async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph(billing, db);
  });
  afterAll(() => db.close());
  beforeEach(() => subgraph.clock.set('2026-01-01T09:00:00Z'));

  const day = async (date: string) => {
    subgraph.clock.set(`${date}T00:10:00Z`);
    await run(subgraph, 'invoiceCharges', 'advanceInstallments', 'dunAccounts', 'dunAccounts');
  };
  const told = async (policy: ReturnType<typeof policyOf>) =>
    (await db.pool.query(`SELECT type, payload->'data' AS data FROM billing.outbox WHERE topic = 'billing.policy' AND key = $1 ORDER BY id`, [policy.policy.locator])).rows.map((row) => [
      row.type.split('.')[3], row.data.dueDate, row.data.graceUntil, row.data.paidTo,
    ]);

  it('begins grace the day after the due date, and lapses the policy at its end back to the day it is paid to', async () => {
    const policy = policyOf({ installments: 12 });
    await policy.issue(db);
    await day('2026-01-01');
    await pay(subgraph, policy.account, '10.00');
    await day('2026-02-01');
    expect(await told(policy)).toEqual([]);
    await day('2026-02-02');
    expect(await told(policy)).toEqual([['grace_started', '2026-02-01', '2026-03-04', '2026-02-01']]);
    await day('2026-03-03');
    expect(await told(policy)).toHaveLength(1);
    await day('2026-03-04');
    expect((await told(policy)).slice(1)).toEqual([['lapsed', '2026-02-01', '2026-03-04', '2026-02-01']]);
    await day('2026-06-01');
    expect(await told(policy)).toHaveLength(2);
  });

  it('lapses to the first day of cover when nothing was paid, in one step after a long standstill', async () => {
    const policy = policyOf({ installments: 12 });
    await policy.issue(db);
    await day('2026-01-01');
    await day('2026-05-05');
    expect(await told(policy)).toEqual([['grace_started', '2026-01-01', '2026-02-01', '2026-01-01'], ['lapsed', '2026-01-01', '2026-02-01', '2026-01-01']]);
  });

  it('ends when what is overdue is paid in time, and begins anew with the next', async () => {
    const policy = policyOf({ installments: 12 });
    await policy.issue(db);
    await day('2026-01-01');
    await day('2026-01-02');
    await pay(subgraph, policy.account, '10.00');
    await day('2026-01-10');
    await day('2026-02-02');
    expect((await told(policy)).map(([kind]) => kind)).toEqual(['grace_started', 'grace_ended', 'grace_started']);
  });

  it('tells each policy of an account, and forgets the lapse of one that is reinstated', async () => {
    const policy = policyOf({ installments: 12 });
    const other = policyOf({ account: policy.account, holder: policy.holder, installments: 12 });
    for (const each of [policy, other]) await each.issue(db);
    await day('2026-01-01');
    await day('2026-02-10');
    expect([(await told(policy)).length, (await told(other)).length]).toEqual([2, 2]);
    await apply(db, policy.charged('reinstated', [], { effectiveDate: '2026-02-11' }));
    await day('2026-03-02');
    expect((await told(policy)).map(([kind]) => kind)).toEqual(['grace_started', 'lapsed', 'grace_started']);
    expect(await told(other)).toHaveLength(2);
  });
});
