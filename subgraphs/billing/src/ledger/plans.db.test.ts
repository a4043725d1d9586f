/** The hottest statements of billing reach their rows by an index, whatever the size of the table: with sequential scans switched off no plan may still need one. */
import { type TestDatabase, testDatabase } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ID = "'01900000-0000-7000-8000-000000000001'::uuid";

describe('plans of statements', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('billing');
  });
  afterAll(() => db.close());

  async function planOf(statement: string): Promise<string> {
    const client = await db.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SET LOCAL enable_seqscan = off');
      const { rows } = await client.query<Record<'QUERY PLAN', string>>(`EXPLAIN ${statement}`);
      await client.query('ROLLBACK');
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } finally {
      client.release();
    }
  }

  it.each([
    ['the balance of an account', `SELECT sum(amount) FROM billing.ledger_entries WHERE account_id = ${ID} AND ledger_account IN ('RECEIVABLE', 'MEMBER_CREDIT') AND effective_date <= '2026-01-01'`, 'ledger_entries_by_account'],
    ['a page of a statement', `SELECT journal_id, sum(amount) FROM billing.ledger_entries WHERE account_id = ${ID} AND ledger_account IN ('RECEIVABLE', 'MEMBER_CREDIT') AND effective_date BETWEEN '2026-01-01' AND '2026-03-01' GROUP BY 1`, 'ledger_entries_by_account'],
    ['what of a charge is unearned', `SELECT sum(amount) FROM billing.ledger_entries WHERE reference_id = ${ID} AND ledger_account = 'UNEARNED_PREMIUM'`, 'ledger_entries_by_reference'],
    ['the entries of a journal', `SELECT * FROM billing.ledger_entries WHERE journal_id = ${ID}`, 'ledger_entries_by_journal'],
    ['a journal by its source', `SELECT 1 FROM billing.journals WHERE source = 'event:1'`, 'journals_source_key'],
    ['an account by locator', `SELECT * FROM billing.accounts WHERE locator = 'acc_1'`, 'accounts_locator_key'],
    ['an account’s lock', `SELECT * FROM billing.accounts WHERE id = ${ID} FOR UPDATE`, 'accounts_pkey'],
    ['a payment by locator', `SELECT * FROM billing.payments WHERE locator = 'pay_1'`, 'payments_locator_key'],
    ['a payment by the provider’s reference', `SELECT * FROM billing.payments WHERE reference = 'pi_1' LIMIT 1`, 'payments_by_reference'],
    ['an account’s invoices', `SELECT * FROM billing.invoices WHERE account_id = ${ID} ORDER BY id DESC LIMIT 20`, 'invoices'],
    ['an account’s charges', `SELECT * FROM billing.charges WHERE account_id = ${ID} ORDER BY id DESC LIMIT 20`, 'charges'],
    ['the grants of a caller', `SELECT * FROM billing.access WHERE party_locator = 'pty_1'`, 'access'],
  ])('%s: no scan of the table', async (_what, statement, index) => {
    const plan = await planOf(statement);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan/);
  });
});
