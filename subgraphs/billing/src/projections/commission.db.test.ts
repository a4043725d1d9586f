/** Commissions in the ledger: accrued, clawed back and paid, each event once in effect. */
import { newId } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { type TestDatabase, testDatabase } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commissionProjection } from './commission.ts';

describe('commissions in the ledger', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('billing');
  });
  afterAll(() => db.close());

  const policyId = newId();
  const told = (what: 'accrued' | 'paid', commissionId: string, amount: string): CloudEvent => ({
    specversion: '1.0',
    id: newId(),
    source: '/olly/broker_api',
    type: `olly.broker_api.commission.${what}.v1`,
    subject: 'com_x',
    time: '2026-09-01T10:00:00.000Z',
    datacontenttype: 'application/json',
    data: { commissionId, policyId, amount, currency: 'GBP', effectiveDate: '2026-08-13' },
  });
  const balances = async () => {
    const { rows } = await db.pool.query<{ account: string; balance: string }>(
      "SELECT ledger_account AS account, sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END)::numeric(19,2)::text AS balance FROM billing.ledger_entries WHERE policy_id = $1 GROUP BY 1", [policyId]);
    return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
  };

  it('cost 500.00, give 354.17 back, and pay 145.83', async () => {
    const [earned, taken] = [newId(), newId()];
    const accrued = [told('accrued', earned, '500.00'), told('accrued', taken, '-354.17')];
    for (const event of [...accrued, ...accrued]) await transaction(db.pool, (tx) => commissionProjection.apply(tx, event));
    expect(await balances()).toEqual({ COMMISSION_EXPENSE: '145.83', COMMISSION_PAYABLE: '-145.83' });
    for (const event of [told('paid', earned, '500.00'), told('paid', taken, '-354.17')]) await transaction(db.pool, (tx) => commissionProjection.apply(tx, event));
    expect(await balances()).toEqual({ COMMISSION_EXPENSE: '145.83', COMMISSION_PAYABLE: '0.00', CASH: '-145.83' });
  });
});
