/** The ledger in the database: earning by the job, the cancelled policy of the handbook, and what nobody can do to it. */
import { connect, transaction } from '@olly/kit/postgres';
import { type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import billing from '../subgraph.ts';
import { apply, finance, ledger, pay, policyOf, run } from '../testing/world.ts';

describe('the ledger', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  beforeAll(async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph(billing, db, { start: '2026-01-01T09:00:00Z' });
  });
  afterAll(() => db.close());
  beforeEach(() => subgraph.clock.set('2026-01-01T09:00:00Z'));

  const journals = async (accountId: string, kind: string) => {
    const { rows } = await db.pool.query(
      `SELECT j.effective_date::text AS date, e.direction, e.ledger_account, sum(e.amount)::numeric(19,2)::text AS amount FROM billing.ledger_entries e JOIN billing.journals j ON j.id = e.journal_id
       WHERE e.account_id = $1 AND j.kind = $2 GROUP BY j.id, 1, 2, 3 ORDER BY 1, 2 DESC, 3`,
      [accountId, kind],
    );
    return rows.map((row) => [row.date, row.direction, row.ledger_account, row.amount]);
  };

  it('earns by month end, and settles a cancellation with a 10 % short rate as the handbook does', async () => {
    const policy = policyOf({ charges: [{ category: 'PREMIUM', amount: '1200.00' }, { category: 'TAX', amount: '144.00' }] });
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    expect((await pay(subgraph, policy.account, '1344.00')).status).toBe('SETTLED');
    subgraph.clock.set('2026-04-01T00:30:00Z');
    await run(subgraph, 'earnPremium', 'earnPremium');
    expect(await journals(policy.account.id, 'EARNING')).toEqual([
      ['2026-01-31', 'DEBIT', 'UNEARNED_PREMIUM', '101.92'], ['2026-01-31', 'CREDIT', 'PREMIUM_INCOME', '101.92'],
      ['2026-02-28', 'DEBIT', 'UNEARNED_PREMIUM', '92.05'], ['2026-02-28', 'CREDIT', 'PREMIUM_INCOME', '92.05'],
      ['2026-03-31', 'DEBIT', 'UNEARNED_PREMIUM', '101.92'], ['2026-03-31', 'CREDIT', 'PREMIUM_INCOME', '101.92'],
    ]);
    await apply(db, policy.charged('cancelled', [{ category: 'PREMIUM', amount: '-813.70' }, { category: 'TAX', amount: '-97.64' }], { effectiveDate: '2026-04-01', cancellation: 'SHORT_RATE' }));
    expect(await journals(policy.account.id, 'CANCELLATION')).toEqual([
      ['2026-04-01', 'DEBIT', 'TAX_PAYABLE', '97.64'], ['2026-04-01', 'DEBIT', 'UNEARNED_PREMIUM', '904.11'],
      ['2026-04-01', 'CREDIT', 'MEMBER_CREDIT', '911.34'], ['2026-04-01', 'CREDIT', 'PREMIUM_INCOME', '90.41'],
    ]);
    subgraph.clock.set('2026-06-01T00:30:00Z');
    await run(subgraph, 'earnPremium');
    expect(await ledger(db, policy.account.id)).toEqual({ CASH: '1344.00', MEMBER_CREDIT: '-911.34', PREMIUM_INCOME: '-386.30', TAX_PAYABLE: '-46.36' });
  });

  it('earns up to the day of a cancellation first, wherever in the month it is, and takes earning back for a flat one', async () => {
    const given = { charges: [{ category: 'PREMIUM' as const, amount: '365.00' }] };
    const [mid, flat] = [policyOf(given), policyOf(given)];
    for (const policy of [mid, flat]) await policy.issue(db);
    subgraph.clock.set('2026-06-02T00:30:00Z');
    await db.pool.query('DELETE FROM billing.earning_runs');
    await run(subgraph, 'earnPremium');
    expect(await ledger(db, mid.account.id)).toMatchObject({ PREMIUM_INCOME: '-151.00' });
    await apply(db, mid.charged('cancelled', [{ category: 'PREMIUM', amount: '-205.00' }], { effectiveDate: '2026-06-10', cancellation: 'PRO_RATA' }));
    await apply(db, flat.charged('cancelled', [{ category: 'PREMIUM', amount: '-365.00' }], { effectiveDate: '2026-01-01', time: '2026-06-10T08:00:00Z', cancellation: 'FLAT' }));
    expect(await ledger(db, mid.account.id)).toEqual({ RECEIVABLE: '365.00', MEMBER_CREDIT: '-205.00', PREMIUM_INCOME: '-160.00' });
    expect(await ledger(db, flat.account.id)).toEqual({ RECEIVABLE: '365.00', MEMBER_CREDIT: '-365.00' });
  });

  it('earns an endorsement that gives premium back as less income, and all of a term by its end', async () => {
    const policy = policyOf({ charges: [{ category: 'PREMIUM', amount: '1200.00' }] });
    await policy.issue(db);
    await apply(db, policy.charged('endorsed', [{ category: 'PREMIUM', amount: '-100.00' }], { effectiveDate: '2026-07-01' }));
    subgraph.clock.set('2027-01-01T00:30:00Z');
    await db.pool.query('DELETE FROM billing.earning_runs');
    await run(subgraph, 'earnPremium');
    expect(await ledger(db, policy.account.id)).toEqual({ RECEIVABLE: '1200.00', MEMBER_CREDIT: '-100.00', PREMIUM_INCOME: '-1100.00' });
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM billing.charges WHERE policy_id = $1 AND closed_on IS NULL', [policy.policy.id]);
    expect(rows[0].n).toBe(0);
  });

  it('books a month once when two workers earn it at the same time', async () => {
    const policy = policyOf({ charges: [{ category: 'PREMIUM', amount: '365.00' }] });
    await policy.issue(db);
    subgraph.clock.set('2026-02-01T00:30:00Z');
    await db.pool.query('DELETE FROM billing.earning_runs');
    await Promise.all([run(subgraph, 'earnPremium'), run(subgraph, 'earnPremium'), run(subgraph, 'earnPremium')]);
    expect(await ledger(db, policy.account.id)).toMatchObject({ PREMIUM_INCOME: '-31.00', UNEARNED_PREMIUM: '-334.00' });
  });

  it('has a trial balance of zero on every day, by effective and by posting date', async () => {
    const query = 'query ($asOf: Date, $basis: DateBasis) { trialBalance(asOf: $asOf, basis: $basis) { asOf lines { ledgerAccount lob debit { amount } } totals { debit { amount currency } credit { amount } balance { amount } } } }';
    for (const asOf of ['2025-01-01', '2026-01-01', '2026-04-01', '2030-01-01']) {
      for (const basis of ['EFFECTIVE', 'POSTING']) {
        const { trialBalance } = await subgraph.data(finance, query, { asOf, basis });
        if (asOf > '2025-12-31') expect(trialBalance.totals.length).toBe(1);
        for (const total of trialBalance.totals) {
          expect(total.balance.amount).toBe('0.00');
          expect(total.debit.amount).toBe(total.credit.amount);
        }
      }
    }
    const { trialBalance } = await subgraph.data(finance, query, { asOf: '2026-01-01' });
    expect(trialBalance.lines).toContainEqual(expect.objectContaining({ ledgerAccount: 'UNEARNED_PREMIUM', lob: 'INDIVIDUAL_HEALTH' }));
  });

  it('answers balance and statement of an account as of any day', async () => {
    subgraph.clock.set('2026-01-05T09:00:00Z');
    const policy = policyOf();
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    await pay(subgraph, policy.account, '150.00', { receivedOn: '2026-01-03' });
    const query = `query ($account: ID!) { invoices(filter: { account: $account }) { nodes { account {
      before: balance(asOf: "2026-01-02") { balance { amount } } now: balance { receivable { amount } credit { amount } balance { amount } }
      statement(from: "2026-01-02", to: "2026-01-31") { opening { amount } closing { amount } lines { date kind amount { amount } balance { amount } } } } } } }`;
    const { invoices } = await subgraph.data(finance, query, { account: policy.account.locator });
    expect(invoices.nodes[0].account).toEqual({
      before: { balance: { amount: '120.00' } },
      now: { receivable: { amount: '0.00' }, credit: { amount: '30.00' }, balance: { amount: '-30.00' } },
      statement: { opening: { amount: '120.00' }, closing: { amount: '-30.00' }, lines: [{ date: '2026-01-03', kind: 'PAYMENT', amount: { amount: '-150.00' }, balance: { amount: '-30.00' } }] },
    });
  });

  describe('cannot be made wrong', () => {
    const journal = `INSERT INTO billing.journals (id, locator, kind, source, effective_date, posting_date, created_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'PAYMENT', gen_random_uuid(), '2026-01-01', '2026-01-01', now()) RETURNING id`;
    const entry = (id: string, direction: string, amount: string, currency = 'GBP') =>
      `INSERT INTO billing.ledger_entries (id, locator, journal_id, ledger_account, entry_type, reference_id, reference_type, direction, amount, currency, effective_date, posting_date, created_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), '${id}', 'CASH', 'PAYMENT', gen_random_uuid(), 'PAYMENT', '${direction}', ${amount}, '${currency}', '2026-01-01', '2026-01-01', now())`;

    it.each([
      ['that has no entries', []],
      ['whose sides differ by a penny', [['DEBIT', '10.00'], ['CREDIT', '9.99']]],
      ['that balances only across currencies', [['DEBIT', '10.00'], ['CREDIT', '10.00', 'USD']]],
    ])('by a journal %s: the database refuses the commit', async (_title, entries) => {
      const attempt = transaction(db.pool, async (tx) => {
        const { rows } = await tx.query<{ id: string }>(journal);
        for (const [direction = '', amount = '', currency] of entries) await tx.query(entry(rows[0]?.id as string, direction, amount, currency));
      });
      await expect(attempt).rejects.toMatchObject({ code: '23514', constraint: 'journals_balance' });
    });

    it('by adding an entry to a journal that is there', async () => {
      const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM billing.journals LIMIT 1');
      await expect(db.pool.query(entry(rows[0]?.id as string, 'DEBIT', '1.00'))).rejects.toMatchObject({ code: '23514' });
    });

    it.each(['UPDATE billing.ledger_entries SET amount = amount + 1', 'DELETE FROM billing.ledger_entries', "UPDATE billing.journals SET source = 'x'", 'DELETE FROM billing.journals', 'DELETE FROM billing.status_changes'])('by %s: the service has no right to', async (statement) => {
      await expect(db.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    });

    it.each(['UPDATE billing.ledger_entries SET amount = amount + 1', 'DELETE FROM billing.ledger_entries', 'TRUNCATE billing.ledger_entries', 'DELETE FROM billing.journals'])('by %s, not even by the owner', async (statement) => {
      const owner = await connect(db.ownerUrl, 'test');
      await expect(owner.query(statement)).rejects.toMatchObject({ code: '23001' }).finally(() => owner.end());
    });
  });
});
