/**
 * Random histories of an account: policies, endorsements, cancellations, payments, refunds, chargebacks, voids, write-offs, and time. Whatever happens, every journal
 * balances, invoices are their lines and their installments, what is receivable is what is open, and credit and cash are what was paid and not used.
 */
import { newId, newLocator } from '@olly/kit/locator';
import { scale, scaled, seed, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { addDays } from '@olly/kit/time';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import billing from '../subgraph.ts';
import { apply, finance, key, pay, policyOf, run } from './world.ts';

const cents = fc.integer({ min: 1, max: 30_000 }).map((amount) => (amount / 100).toFixed(2));
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('issue' as const), premium: cents, tax: cents, installments: fc.constantFrom(1, 2, 4, 12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('endorse' as const), amount: cents, isLess: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), amount: cents }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pay' as const), amount: cents }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refund' as const), share: fc.integer({ min: 1, max: 4 }), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('recordChargeback' as const, 'winChargeback' as const, 'voidInvoice' as const, 'writeOffInvoice' as const), pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 45 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const CHECKS: readonly (readonly [string, string])[] = [
  ['a journal that does not balance', `SELECT journal_id FROM billing.ledger_entries GROUP BY journal_id, currency HAVING sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) <> 0`],
  ['an invoice that is not its lines', 'SELECT i.id FROM billing.invoices i JOIN billing.invoice_line_items l ON l.invoice_id = i.id GROUP BY i.id HAVING sum(l.amount) <> i.total_amount'],
  ['an invoice that is not its installments', 'SELECT i.id FROM billing.invoices i JOIN billing.installments s ON s.invoice_id = i.id GROUP BY i.id HAVING sum(s.amount) <> i.total_amount'],
  ['a charge on two invoices', `SELECT l.charge_id FROM billing.invoice_line_items l JOIN billing.invoices i ON i.id = l.invoice_id WHERE i.status <> 'VOID' GROUP BY 1 HAVING count(*) > 1`],
  ['an installment that is paid too much', 'SELECT s.id FROM billing.installments s JOIN billing.payment_allocations a ON a.installment_id = s.id GROUP BY s.id HAVING sum(a.amount) > s.amount OR sum(a.amount) < 0'],
  [
    'an invoice whose status is not what is paid',
    `SELECT i.id FROM billing.invoices i WHERE i.status IN ('FINALISED', 'PAID')
       AND (i.status = 'PAID') <> (i.total_amount = coalesce((SELECT sum(a.amount) FROM billing.payment_allocations a WHERE a.invoice_id = i.id), 0))`,
  ],
  ['a payment that was refunded too much', 'SELECT p.id FROM billing.payments p JOIN billing.refunds r ON r.payment_id = p.id GROUP BY p.id HAVING sum(r.amount) > p.amount'],
  [
    'a receivable that is not what is open or not invoiced yet',
    `SELECT a.id FROM billing.accounts a WHERE
       coalesce((SELECT sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) FROM billing.ledger_entries WHERE account_id = a.id AND ledger_account = 'RECEIVABLE'), 0) <>
       coalesce((SELECT sum(amount) FROM billing.charges WHERE account_id = a.id AND status = 'POSTED' AND category IN ('PREMIUM', 'TAX', 'FEE')), 0)
       + coalesce((SELECT sum(i.total_amount) FROM billing.invoices i WHERE i.account_id = a.id AND i.status IN ('DRAFT', 'FINALISED', 'PAID')), 0)
       - coalesce((SELECT sum(p.amount) FROM billing.payment_allocations p JOIN billing.invoices i ON i.id = p.invoice_id WHERE p.account_id = a.id AND i.status IN ('FINALISED', 'PAID')), 0)`,
  ],
  [
    'cash that is not what was paid and not given back',
    `SELECT a.id FROM billing.accounts a WHERE
       coalesce((SELECT sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) FROM billing.ledger_entries WHERE account_id = a.id AND ledger_account = 'CASH'), 0) <>
       coalesce((SELECT sum(amount) FROM billing.payments WHERE account_id = a.id AND status IN ('SETTLED', 'PARTIALLY_REFUNDED', 'REFUNDED')), 0)
       - coalesce((SELECT sum(r.amount) FROM billing.refunds r JOIN billing.payments p ON p.id = r.payment_id WHERE p.account_id = a.id AND r.status = 'SETTLED'), 0)`,
  ],
  [
    'unearned premium of a charge beyond its amount',
    `SELECT c.id FROM billing.charges c JOIN billing.ledger_entries e ON e.reference_id = c.id AND e.ledger_account = 'UNEARNED_PREMIUM' WHERE c.component = 'PREMIUM' AND c.closed_on IS NULL
     GROUP BY c.id HAVING abs(sum(CASE e.direction WHEN 'CREDIT' THEN e.amount ELSE -e.amount END)) > abs(c.amount)`,
  ],
];

const HISTORIES_A_DATABASE = 40;
/** 10,000 in the full run; a share of a share else, each history being dozens of commands. */
const RUNS = Math.max(8, Math.round(scaled(10_000) * Math.min(1, scale)));

describe('random histories', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  let played = 0;
  const begin = async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph(billing, db);
  };
  beforeAll(begin);
  afterAll(() => db.close());
  /** Jobs and checks look at everything that there is: a new database now and then keeps a history's cost its own. */
  async function turnThePage(): Promise<void> {
    played += 1;
    if (played % HISTORIES_A_DATABASE !== 0) return;
    await db.close();
    await begin();
  }

  const jobs = () => run(subgraph, 'invoiceCharges', 'advanceInstallments', 'earnPremium', 'finishPayments');
  const INPUTS = { refundPayment: 'RefundPaymentInput', recordChargeback: 'ChargebackInput', winChargeback: 'ChargebackInput', voidInvoice: 'VoidInvoiceInput', writeOffInvoice: 'WriteOffInvoiceInput' };
  const mutate = (name: keyof typeof INPUTS, input: object) => subgraph.data(finance, `mutation ($input: ${INPUTS[name]}!) { ${name}(input: $input) { __typename } }`, { input });

  async function play(steps: readonly Step[]): Promise<void> {
    await turnThePage();
    subgraph.clock.set('2026-01-01T09:00:00Z');
    await db.pool.query('DELETE FROM billing.earning_runs');
    const account = { id: newId(), locator: newLocator('acc') };
    const policies: ReturnType<typeof policyOf>[] = [];
    const locators = async (table: 'payments' | 'invoices') => (await db.pool.query<{ locator: string }>(`SELECT locator FROM billing.${table} WHERE account_id = $1 ORDER BY id`, [account.id])).rows.map((row) => row.locator);
    for (const each of steps) {
      const today = subgraph.clock.today();
      const at = { effectiveDate: today, time: subgraph.clock.now().toISOString() };
      if (each.kind === 'issue') {
        const policy = policyOf({ account, from: today, to: addDays(today, 365), installments: each.installments, charges: [{ category: 'PREMIUM', amount: each.premium }, { category: 'TAX', amount: each.tax }] });
        await apply(db, { ...policy.issued(), time: at.time });
        policies.push(policy);
      } else if (each.kind === 'endorse') {
        const policy = policies.at(-1);
        if (policy && today < policy.term.to) await apply(db, policy.charged('endorsed', [{ category: 'PREMIUM', amount: `${each.isLess ? '-' : ''}${each.amount}` }], at));
      } else if (each.kind === 'cancel') {
        const policy = policies.pop();
        if (policy && today < policy.term.to) await apply(db, policy.charged('cancelled', [{ category: 'PREMIUM', amount: `-${each.amount}` }], { ...at, cancellation: 'PRO_RATA' }));
      } else if (each.kind === 'pay') {
        if (policies.length > 0) await pay(subgraph, account, each.amount);
      } else if (each.kind === 'pass') {
        subgraph.clock.advance(each.days * 86_400_000);
        await jobs();
      } else {
        const found = await locators(/Invoice/.test(each.kind) ? 'invoices' : 'payments');
        const locator = found[each.pick % Math.max(1, found.length)];
        if (!locator) continue;
        if (each.kind === 'refund') {
          const { rows } = await db.pool.query<{ amount: string }>('SELECT trunc(amount / $2, 2)::text AS amount FROM billing.payments WHERE locator = $1', [locator, each.share]);
          await mutate('refundPayment', { payment: locator, amount: { amount: rows[0]?.amount, currency: 'GBP' }, reason: 'REQUESTED', idempotencyKey: key() });
        } else await mutate(each.kind, /Invoice/.test(each.kind) ? { invoice: locator } : { payment: locator });
      }
    }
    await jobs();
    for (const [what, query] of CHECKS) expect((await db.pool.query(query)).rows, what).toEqual([]);
  }

  it(`leave the books in order (${RUNS} histories, seed ${seed})`, async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), play), { seed, numRuns: RUNS, endOnFailure: true });
  }, RUNS * 5_000 + 60_000);
});
