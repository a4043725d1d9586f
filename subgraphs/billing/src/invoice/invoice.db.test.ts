/** Invoices and installments in the database: by themselves, and by what finance does. */
import { newId, newLocator } from '@olly/kit/locator';
import { connect } from '@olly/kit/postgres';
import { type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import billing from '../subgraph.ts';
import { apply, finance, ledger, pay, policyOf, run } from '../testing/world.ts';

const FIELDS = `locator status dueDate total { amount } open { amount } policy { locator } lines { lineNumber description amount { amount } charge { status } }
  installments { number generateOn dueDate amount { amount } paid { amount } status } adjustments { reason amount { amount } }`;
const LIST = `query ($account: ID!) { invoices(filter: { account: $account }) { nodes { ${FIELDS} } } }`;
const GENERATE = `mutation ($account: ID!) { generateInvoices(input: { account: $account }) { ... on GeneratedInvoices { invoices { ${FIELDS} } } ... on BillingRefusal { code } } }`;
const step = (name: string) => `mutation ($invoice: ID!) { ${name}(input: { invoice: $invoice }) { ... on Invoice { ${FIELDS} } ... on BillingRefusal { code message field } } }`;

describe('invoices', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  beforeAll(async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph(billing, db, { start: '2026-01-01T09:00:00Z' });
  });
  afterAll(() => db.close());
  beforeEach(() => subgraph.clock.set('2026-01-01T09:00:00Z'));

  const list = async (policy: { account: { locator: string } }) => (await subgraph.data(finance, LIST, { account: policy.account.locator })).invoices.nodes;
  const act = async (name: string, invoice: string) => (await subgraph.data(finance, step(name), { invoice }))[name];

  it('are made by the job: lines of the policy sum to the total, installments to the same', async () => {
    const policy = policyOf({ installments: 12, charges: [{ category: 'PREMIUM', amount: '1000.00' }, { category: 'TAX', amount: '120.00' }] });
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges', 'invoiceCharges');
    const [invoice, ...others] = await list(policy);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({ status: 'FINALISED', total: { amount: '1120.00' }, open: { amount: '1120.00' }, dueDate: '2026-01-01', policy: null });
    expect(invoice.lines).toEqual([
      { lineNumber: 1, description: 'Premium 2026-01-01 to 2027-01-01', amount: { amount: '1000.00' }, charge: { status: 'INVOICED' } },
      { lineNumber: 2, description: 'Tax 2026-01-01 to 2027-01-01', amount: { amount: '120.00' }, charge: { status: 'INVOICED' } },
    ]);
    expect(invoice.installments).toHaveLength(12);
    expect(invoice.installments.slice(0, 2)).toMatchObject([
      { generateOn: '2026-01-01', dueDate: '2026-01-01', amount: { amount: '93.33' }, status: 'DUE' }, { generateOn: '2026-01-18', dueDate: '2026-02-01', status: 'SCHEDULED' },
    ]);
    expect(invoice.installments[11].amount.amount).toBe('93.37');
    const { rows } = await db.pool.query(`SELECT payload->'data' AS data FROM billing.outbox WHERE type = 'olly.billing.invoice.finalised.v1' AND key = $1`, [invoice.locator]);
    expect(rows).toMatchObject([{ data: { account: policy.account.locator, amount: '1120.00', installments: expect.arrayContaining([{ number: 1, dueDate: '2026-01-01', amount: '93.33' }]) } }]);
  });

  it('group by account or by policy, as the account is billed', async () => {
    for (const [billingLevel, expected] of [['ACCOUNT', ['240.00']], ['POLICY', ['120.00', '120.00']]] as const) {
      const account = { id: newId(), locator: newLocator('acc') };
      const policies = [policyOf({ account, billingLevel }), policyOf({ account, billingLevel })];
      for (const policy of policies) await policy.issue(db);
      await run(subgraph, 'invoiceCharges');
      const invoices = await list({ account });
      expect(invoices.map((invoice: { total: { amount: string } }) => invoice.total.amount)).toEqual(expected);
      if (billingLevel === 'POLICY') expect(new Set(invoices.map((invoice: { policy: { locator: string } }) => invoice.policy.locator))).toEqual(new Set(policies.map((policy) => policy.policy.locator)));
    }
  });

  it('hold a charge once, however many make invoices at the same time', async () => {
    const policy = policyOf();
    await policy.issue(db);
    const answers = await Promise.all(Array.from({ length: 8 }, () => subgraph.data(finance, GENERATE, { account: policy.account.locator })));
    expect(answers.flatMap((answer) => answer.generateInvoices.invoices)).toHaveLength(1);
    expect(await list(policy)).toMatchObject([{ status: 'DRAFT', lines: [{ charge: { status: 'INVOICED' } }, { charge: { status: 'INVOICED' } }] }]);
  });

  it('follow the plan that finance gives, and refuse one that cannot be', async () => {
    const policy = policyOf();
    await policy.issue(db);
    const [{ locator }] = (await subgraph.data(finance, GENERATE, { account: policy.account.locator })).generateInvoices.invoices;
    const finalise = `mutation ($input: FinaliseInvoiceInput!) { finaliseInvoice(input: $input) { ... on Invoice { ${FIELDS} } ... on BillingRefusal { code field } } }`;
    const plan = (more: object) => ({ input: { invoice: locator, plan: { count: 3, cadence: 'QUARTERLY', weights: [2], ...more } } });
    expect((await subgraph.data(finance, finalise, plan({ count: 400 }))).finaliseInvoice).toEqual({ code: 'PLAN_INVALID', field: 'plan.count' });
    const { installments } = (await subgraph.data(finance, finalise, plan({ generateLeadDays: 10, dueLeadDays: 5 }))).finaliseInvoice;
    expect(installments.map((row: { amount: { amount: string }; generateOn: string; dueDate: string }) => [row.amount.amount, row.generateOn, row.dueDate])).toEqual([
      ['60.00', '2026-01-01', '2026-01-01'], ['30.00', '2026-03-22', '2026-03-27'], ['30.00', '2026-06-21', '2026-06-26'],
    ]);
    expect((await subgraph.data(finance, finalise, plan({}))).finaliseInvoice).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  it('give their charges back when voided, but not once something is paid', async () => {
    const policy = policyOf();
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    const [{ locator }] = await list(policy);
    const before = await ledger(db, policy.account.id);
    expect(await act('voidInvoice', locator)).toMatchObject({ status: 'VOID', open: { amount: '0.00' }, lines: [{ charge: { status: 'POSTED' } }, { charge: { status: 'POSTED' } }], installments: [{ status: 'CANCELLED' }] });
    expect(await ledger(db, policy.account.id)).toEqual(before);
    expect(await act('voidInvoice', locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The invoice is VOID and cannot become VOID.' });
    await run(subgraph, 'invoiceCharges');
    const [again] = await list(policy);
    expect(again).toMatchObject({ status: 'FINALISED', total: { amount: '120.00' } });
    await pay(subgraph, policy.account, '1.00');
    expect(await act('voidInvoice', again.locator)).toMatchObject({ code: 'INVOICE_HAS_PAYMENTS' });
    await pay(subgraph, policy.account, '119.00');
    expect(await act('voidInvoice', again.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The invoice is PAID and cannot become VOID.' });
  });

  it('are written off as bad debt for what is open', async () => {
    const policy = policyOf({ installments: 2 });
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    const [{ locator }] = await list(policy);
    await pay(subgraph, policy.account, '50.00');
    expect(await act('writeOffInvoice', locator)).toMatchObject({
      status: 'WRITTEN_OFF', open: { amount: '0.00' }, adjustments: [{ reason: 'WRITE_OFF', amount: { amount: '-70.00' } }], installments: [{ status: 'WRITTEN_OFF' }, { status: 'CANCELLED' }],
    });
    expect(await ledger(db, policy.account.id)).toMatchObject({ BAD_DEBT: '70.00', CASH: '50.00' });
    expect(await ledger(db, policy.account.id)).not.toHaveProperty('RECEIVABLE');
  });

  it('become due and overdue as the business clock passes, also after a long standstill', async () => {
    const policy = policyOf({ installments: 12 });
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges', 'advanceInstallments');
    const statuses = async () => (await list(policy))[0].installments.map((row: { status: string }) => row.status);
    expect((await statuses()).slice(0, 3)).toEqual(['DUE', 'SCHEDULED', 'SCHEDULED']);
    subgraph.clock.set('2026-01-18T00:10:00Z');
    await run(subgraph, 'advanceInstallments');
    expect((await statuses()).slice(0, 3)).toEqual(['OVERDUE', 'DUE', 'SCHEDULED']);
    subgraph.clock.set('2026-12-31T00:10:00Z');
    await run(subgraph, 'advanceInstallments', 'advanceInstallments');
    expect(new Set(await statuses())).toEqual(new Set(['OVERDUE']));
    await pay(subgraph, policy.account, '120.00');
    expect(await list(policy)).toMatchObject([{ status: 'PAID', open: { amount: '0.00' } }]);
  });

  it('of a cancelled policy take the refund from their last installments', async () => {
    const policy = policyOf({ installments: 12, charges: [{ category: 'PREMIUM', amount: '1200.00' }] });
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    await pay(subgraph, policy.account, '100.00');
    subgraph.clock.set('2026-04-01T09:00:00Z');
    await run(subgraph, 'advanceInstallments');
    await apply(db, policy.charged('cancelled', [{ category: 'PREMIUM', amount: '-904.11' }], { effectiveDate: '2026-04-01', cancellation: 'PRO_RATA' }));
    const [{ installments, open }] = await list(policy);
    // 295.89 was earned and 100.00 paid: three installments that are due and the last six are paid by the refund.
    expect(open.amount).toBe('195.89');
    expect(await ledger(db, policy.account.id)).toMatchObject({ RECEIVABLE: '195.89', CASH: '100.00', PREMIUM_INCOME: '-295.89' });
    const unpaid = installments.filter((row: { status: string }) => row.status !== 'PAID');
    expect(unpaid.map((row: { status: string; paid: { amount: string }; number: number }) => [row.number, row.status, row.paid.amount])).toEqual([[5, 'SCHEDULED', '0.00'], [6, 'SCHEDULED', '4.11']]);
  });

  it('cannot be changed once finalised, but for their status along the table', async () => {
    const policy = policyOf();
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    const owner = await connect(db.ownerUrl, 'test');
    const attempts = [
      `UPDATE billing.invoices SET total_amount = 1 WHERE account_id = '${policy.account.id}'`,
      `UPDATE billing.invoices SET due_date = '2030-01-01' WHERE account_id = '${policy.account.id}'`,
      `UPDATE billing.invoices SET status = 'DRAFT' WHERE account_id = '${policy.account.id}'`,
      `DELETE FROM billing.invoices WHERE account_id = '${policy.account.id}'`,
      `UPDATE billing.invoice_line_items SET amount = 1 WHERE invoice_id IN (SELECT id FROM billing.invoices WHERE account_id = '${policy.account.id}')`,
    ];
    try {
      for (const attempt of attempts) {
        await expect(owner.query(attempt)).rejects.toMatchObject({ code: '23001' });
        await expect(db.pool.query(attempt)).rejects.toMatchObject({ code: '23001' });
      }
    } finally {
      await owner.end();
    }
  });
});
