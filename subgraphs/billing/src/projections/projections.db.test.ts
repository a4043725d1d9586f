/** What billing makes of others' events: charges and balanced journals, each event once in effect. */
import { type TestDatabase, testDatabase } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, claimOf, ledger, policyOf } from '../testing/world.ts';

describe('projections', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('billing');
  });
  afterAll(() => db.close());

  const rows = async (text: string, ...values: unknown[]) => (await db.pool.query(text, values)).rows;

  it('charge an issued policy: Dr receivable, Cr unearned premium, tax payable and fee income', async () => {
    const policy = policyOf({ charges: [{ category: 'PREMIUM', amount: '1200.00' }, { category: 'TAX', amount: '144.00' }, { category: 'FEE', amount: '25.00' }, { category: 'TAX', amount: '0.00' }] });
    await policy.issue(db);
    expect(await ledger(db, policy.account.id)).toEqual({ RECEIVABLE: '1369.00', UNEARNED_PREMIUM: '-1200.00', TAX_PAYABLE: '-144.00', FEE_INCOME: '-25.00' });
    const charges = await rows('SELECT category, status, amount FROM billing.charges WHERE policy_id = $1 ORDER BY source_key', policy.policy.id);
    expect(charges).toEqual([
      { category: 'PREMIUM', status: 'POSTED', amount: '1200.0000' }, { category: 'TAX', status: 'POSTED', amount: '144.0000' }, { category: 'FEE', status: 'POSTED', amount: '25.0000' },
    ]);
  });

  it('have one effect of an event that comes three times', async () => {
    const policy = policyOf();
    const claim = claimOf(policy);
    const events = [
      policy.opened(), policy.issued(), policy.charged('endorsed', [{ category: 'PREMIUM', amount: '-10.00' }], { effectiveDate: '2026-03-01' }),
      claim.told('approved'), claim.told('paid'), claim.told('reversed'),
      policy.charged('cancelled', [{ category: 'PREMIUM', amount: '-50.00' }], { effectiveDate: '2026-05-01', cancellation: 'PRO_RATA' }),
    ];
    for (const event of events) await apply(db, event, 3);
    const before = await ledger(db, policy.account.id);
    for (const event of events) await apply(db, event, 1);
    expect(await ledger(db, policy.account.id)).toEqual(before);
    expect(await rows('SELECT count(*)::int AS n FROM billing.charges WHERE account_id = $1', policy.account.id)).toEqual([{ n: 5 }]);
    expect(await rows(`SELECT count(*)::int AS n FROM billing.outbox WHERE payload->'data'->>'accountId' = $1`, policy.account.id)).toEqual([{ n: 5 }]);
  });

  it('make the same rows of the same event', async () => {
    const policy = policyOf();
    const event = policy.issued();
    await apply(db, event);
    const [first] = await rows('SELECT id, locator FROM billing.charges WHERE source_event_id = $1 ORDER BY source_key', event.id);
    expect(first.id.slice(0, 13)).toBe(event.id.slice(0, 13));
    const other = await testDatabase('billing');
    await apply(other, event);
    const { rows: again } = await other.pool.query('SELECT id, locator FROM billing.charges WHERE source_event_id = $1 ORDER BY source_key', [event.id]);
    expect(again[0]).toEqual(first);
    await other.close();
  });

  it('learn an account from a policy when its own event comes later', async () => {
    const policy = policyOf({ billingLevel: 'POLICY' });
    await apply(db, policy.issued());
    await apply(db, policy.opened());
    expect(await rows('SELECT billing_level, currency FROM billing.accounts WHERE id = $1', policy.account.id)).toEqual([{ billing_level: 'POLICY', currency: 'GBP' }]);
  });

  it('book a claim: approved, paid out of cash, and reversed into what the payee owes', async () => {
    const policy = policyOf();
    const { claim, told } = claimOf(policy);
    const of = async () => {
      const { RECEIVABLE: _r, UNEARNED_PREMIUM: _u, TAX_PAYABLE: _t, ...claims } = await ledger(db, policy.account.id);
      return claims;
    };
    await policy.issue(db);
    await apply(db, told('submitted'));
    expect(await of()).toEqual({});
    await apply(db, told('approved'));
    expect(await of()).toEqual({ CLAIMS_EXPENSE: '500.00', CLAIMS_PAYABLE: '-500.00' });
    await apply(db, told('paid'));
    expect(await of()).toEqual({ CLAIMS_EXPENSE: '500.00', CASH: '-500.00' });
    await apply(db, told('partially_approved', '620.00'));
    expect(await of()).toEqual({ CLAIMS_EXPENSE: '620.00', CASH: '-500.00', CLAIMS_PAYABLE: '-120.00' });
    await apply(db, told('paid', '620.00'));
    expect(await of()).toEqual({ CLAIMS_EXPENSE: '620.00', CASH: '-620.00' });
    await apply(db, told('reversed', '620.00'));
    expect(await of()).toEqual({ CASH: '-620.00', PROVIDER_RECOVERABLE: '620.00' });
    expect(await rows('SELECT status, amount FROM billing.charges WHERE claim_id = $1 ORDER BY id', claim.id)).toEqual([
      { status: 'REVERSED', amount: '500.0000' }, { status: 'REVERSED', amount: '620.0000' },
    ]);
  });

  it('mirror an unpaid claim that is reversed, and book nothing for a denied one', async () => {
    const policy = policyOf();
    const [first, second] = [claimOf(policy), claimOf(policy)];
    for (const event of [first.told('approved'), first.told('reversed'), second.told('denied', '0.00')]) await apply(db, event);
    expect(await ledger(db, policy.account.id)).toEqual({});
  });

  it('make payable again what a failed payment had paid', async () => {
    const policy = policyOf();
    const { claim, told } = claimOf(policy);
    for (const event of [told('approved'), told('paid'), told('payment_failed')]) await apply(db, event, 2);
    expect(await ledger(db, policy.account.id)).toEqual({ CLAIMS_EXPENSE: '500.00', CLAIMS_PAYABLE: '-500.00' });
    expect(await rows('SELECT status FROM billing.charges WHERE claim_id = $1', claim.id)).toEqual([{ status: 'POSTED' }]);
    await apply(db, told('paid'));
    expect(await ledger(db, policy.account.id)).toEqual({ CLAIMS_EXPENSE: '500.00', CASH: '-500.00' });
  });

  it('find the account of a claim that does not name it, and pass by one that was denied for want of a policy', async () => {
    const policy = policyOf();
    const { told } = claimOf(policy);
    const nameless = (kind: 'approved' | 'denied', planPays: string) => {
      const event = told(kind, planPays);
      return { ...event, data: { ...event.data, accountId: null, account: null, policy: null, termId: null, payee: { kind: 'MEMBER', locator: null } } };
    };
    await apply(db, nameless('denied', '0.00'));
    await expect(apply(db, nameless('approved', '10.00'))).rejects.toThrow('the policy of a claim is not known yet');
    await policy.issue(db);
    await apply(db, nameless('approved', '10.00'));
    expect(await ledger(db, policy.account.id)).toMatchObject({ CLAIMS_EXPENSE: '10.00' });
  });

  it('earn premium without a period at once', async () => {
    const policy = policyOf();
    await apply(db, policy.charged('endorsed', [{ category: 'PREMIUM', amount: '90.00', from: '2026-01-01', to: '2026-01-01' }]));
    expect(await ledger(db, policy.account.id)).toEqual({ RECEIVABLE: '90.00', PREMIUM_INCOME: '-90.00' });
    await apply(db, policy.charged('cancelled', [], { effectiveDate: '2026-04-01', cancellation: 'PRO_RATA' }));
    expect(await ledger(db, policy.account.id)).toEqual({ RECEIVABLE: '90.00', PREMIUM_INCOME: '-90.00' });
  });

  it('tell of each charge, without a name and without a diagnosis', async () => {
    const policy = policyOf();
    await apply(db, policy.issued());
    const [row] = await rows(`SELECT topic, type, payload->'data' AS data FROM billing.outbox WHERE payload->'data'->>'accountId' = $1 ORDER BY id LIMIT 1`, policy.account.id);
    expect(row).toMatchObject({ topic: 'billing.charge', type: 'olly.billing.charge.posted.v1', data: { account: policy.account.locator, category: 'PREMIUM', amount: '100.00', currency: 'GBP' } });
  });

  it('refuse an event that is not as agreed, and leave nothing behind', async () => {
    const policy = policyOf();
    const event = policy.charged('issued', [{ category: 'PREMIUM', amount: '1e3' }]);
    await expect(apply(db, event)).rejects.toThrow();
    expect(await rows('SELECT 1 FROM billing.accounts WHERE id = $1', policy.account.id)).toEqual([]);
  });
});
