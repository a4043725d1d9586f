/** Payments against the database and the test gateway: what they pay, once by key, and how they are given back. */
import { person, type TestDatabase, type TestSubgraph, scaled, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createServices } from '../context.ts';
import { type PaymentGateway, testGateway } from '../ports/payment-gateway.ts';
import billing from '../subgraph.ts';
import { finance, key, ledger, PAY, pay, policyOf, run } from '../testing/world.ts';

const INVOICES = `query ($account: ID!) { invoices(filter: { account: $account }) { nodes { locator status open { amount } installments { number status paid { amount } } } } }`;
const step = (name: string) => `mutation ($payment: ID!) { ${name}(input: { payment: $payment }) { ... on Payment { status refunded { amount } } ... on BillingRefusal { code message } } }`;
const REFUND = `mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { ... on Payment { status refunded { amount } } ... on BillingRefusal { code message field } } }`;

describe('payments', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  let asked: string[] = [];
  let isDown = false;
  /** The built-in gateway, with an ear at the wire and a switch. */
  const gateway: PaymentGateway = {
    ...testGateway,
    async charge(order) {
      asked.push(order.key);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (isDown) throw new Error('unreachable');
      return testGateway.charge(order);
    },
  };
  beforeAll(async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph({ ...billing, services: (deps) => createServices(deps, gateway) }, db, { start: '2026-01-01T09:00:00Z' });
  });
  afterAll(() => db.close());
  beforeEach(() => {
    subgraph.clock.set('2026-01-01T09:00:00Z');
    asked = [];
    isDown = false;
  });

  const invoiced = async (given: Parameters<typeof policyOf>[0] = {}) => {
    const policy = policyOf(given);
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    return policy;
  };
  const invoiceOf = async (policy: ReturnType<typeof policyOf>) => (await subgraph.data(finance, INVOICES, { account: policy.account.locator })).invoices.nodes[0];
  const card = (policy: ReturnType<typeof policyOf>, amount: string, token = 'tok_ok', more: object = {}) => pay(subgraph, policy.account, amount, { method: 'CARD', token, ...more });
  const count = async (policy: ReturnType<typeof policyOf>) => (await db.pool.query('SELECT count(*)::int AS n FROM billing.payments WHERE account_id = $1', [policy.account.id])).rows[0].n;

  it('pay two installments of 60 with 30 and 60: the first is settled, 30 is credit and used when the second falls due', async () => {
    const policy = await invoiced({ installments: 2, to: '2027-01-01' });
    await card(policy, '30.00');
    expect(await invoiceOf(policy)).toMatchObject({ status: 'FINALISED', installments: [{ status: 'DUE', paid: { amount: '30.00' } }, { status: 'SCHEDULED' }] });
    await card(policy, '60.00');
    expect((await invoiceOf(policy)).installments).toEqual([{ number: 1, status: 'PAID', paid: { amount: '60.00' } }, { number: 2, status: 'SCHEDULED', paid: { amount: '0.00' } }]);
    expect(await ledger(db, policy.account.id)).toEqual({ CASH: '90.00', RECEIVABLE: '60.00', MEMBER_CREDIT: '-30.00', TAX_PAYABLE: '-20.00', UNEARNED_PREMIUM: '-100.00' });
    subgraph.clock.set('2026-06-17T09:00:00Z');
    await run(subgraph, 'advanceInstallments', 'advanceInstallments');
    expect((await invoiceOf(policy)).installments[1]).toEqual({ number: 2, status: 'DUE', paid: { amount: '30.00' } });
    expect(await ledger(db, policy.account.id)).toMatchObject({ CASH: '90.00', RECEIVABLE: '30.00' });
    await card(policy, '30.00');
    expect(await invoiceOf(policy)).toMatchObject({ status: 'PAID', open: { amount: '0.00' } });
    expect(await ledger(db, policy.account.id)).toEqual({ CASH: '120.00', TAX_PAYABLE: '-20.00', UNEARNED_PREMIUM: '-100.00' });
    const { rows } = await db.pool.query(`SELECT count(*)::int AS n FROM billing.outbox WHERE type = 'olly.billing.payment.settled.v1' AND payload->'data'->>'accountId' = $1`, [policy.account.id]);
    expect(rows[0].n).toBe(3);
  });

  it('that come 100 times at once with one key are one row with one answer, asked of the provider once', async () => {
    const policy = await invoiced();
    const input = { account: policy.account.locator, amount: { amount: '50.00', currency: 'GBP' }, method: 'CARD', token: 'tok_ok', idempotencyKey: key() };
    const answers = await Promise.all(Array.from({ length: 100 }, () => subgraph.data(finance, PAY, { input })));
    const [first] = answers;
    expect(first.recordPayment).toMatchObject({ status: 'SETTLED', amount: { amount: '50.00' } });
    for (const answer of answers) expect(answer).toEqual(first);
    expect(await count(policy)).toBe(1);
    expect(asked).toHaveLength(1);
    expect((await ledger(db, policy.account.id)).CASH).toBe('50.00');
    expect((await subgraph.data(finance, PAY, { input: { ...input, amount: { amount: '51.00', currency: 'GBP' } } })).recordPayment).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' });
  });

  it('of many payers at once never pay more than is open, and no penny is lost', async () => {
    const policy = await invoiced();
    const payers = scaled(200, 20);
    await Promise.all(Array.from({ length: payers }, () => card(policy, '7.01')));
    const total = (701 * payers) / 100;
    const booked = await ledger(db, policy.account.id);
    expect(booked.CASH).toBe(total.toFixed(2));
    expect(booked.MEMBER_CREDIT).toBe((120 - total).toFixed(2));
    expect(await invoiceOf(policy)).toMatchObject({ status: 'PAID', installments: [{ paid: { amount: '120.00' } }] });
  });

  it('go to the invoice they name first', async () => {
    const policy = await invoiced();
    const other = policyOf({ account: policy.account, holder: policy.holder });
    await other.issue(db);
    await run(subgraph, 'invoiceCharges');
    const { invoices } = await subgraph.data(finance, INVOICES, { account: policy.account.locator });
    const [newest, oldest] = invoices.nodes;
    await card(policy, '130.00', 'tok_ok', { invoice: newest.locator });
    const after = (await subgraph.data(finance, INVOICES, { account: policy.account.locator })).invoices.nodes;
    expect(after.map((invoice: { locator: string; status: string; open: { amount: string } }) => [invoice.locator, invoice.status, invoice.open.amount])).toEqual([[newest.locator, 'PAID', '0.00'], [oldest.locator, 'FINALISED', '110.00']]);
    expect(await card(policy, '1.00', 'tok_ok', { invoice: newest.locator })).toMatchObject({ code: 'INVOICE_NOT_OPEN' });
  });

  it('that the provider declines leave no trace in the ledger', async () => {
    const policy = await invoiced();
    const before = await ledger(db, policy.account.id);
    expect(await card(policy, '50.00', 'tok_declined')).toMatchObject({ status: 'FAILED', failureReason: 'DECLINED', allocations: [] });
    expect(await ledger(db, policy.account.id)).toEqual(before);
    const { rows } = await db.pool.query(`SELECT type FROM billing.outbox WHERE topic = 'billing.payment' AND payload->'data'->>'accountId' = $1`, [policy.account.id]);
    expect(rows).toEqual([{ type: 'olly.billing.payment.failed.v1' }]);
  });

  it('stay PENDING when the provider cannot be reached, and are finished by the job under the same key', async () => {
    const policy = await invoiced();
    isDown = true;
    const payment = await card(policy, '50.00');
    expect(payment.status).toBe('PENDING');
    isDown = false;
    await run(subgraph, 'finishPayments');
    expect(asked).toHaveLength(1);
    subgraph.clock.advance(120_000);
    await run(subgraph, 'finishPayments', 'finishPayments');
    expect(asked).toEqual([payment.locator, payment.locator]);
    expect((await ledger(db, policy.account.id)).CASH).toBe('50.00');
    const { rows } = await db.pool.query('SELECT status, source_token FROM billing.payments WHERE id = $1', [payment.id]);
    expect(rows).toEqual([{ status: 'SETTLED', source_token: null }]);
  });

  it('can be given up while PENDING, and not after', async () => {
    const policy = await invoiced();
    const { locator } = await card(policy, '50.00', 'tok_pending');
    expect((await subgraph.data(finance, step('cancelPayment'), { payment: locator })).cancelPayment).toMatchObject({ status: 'CANCELLED' });
    expect((await subgraph.data(finance, step('cancelPayment'), { payment: locator })).cancelPayment).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The payment is CANCELLED and cannot become CANCELLED.' });
  });

  it('are refunded out of credit first, then by opening again what they paid; never more than they were', async () => {
    const policy = await invoiced();
    const { locator } = await card(policy, '150.00');
    const refund = async (amount: string, idempotencyKey = key()) => (await subgraph.data(finance, REFUND, { input: { payment: locator, amount: { amount, currency: 'GBP' }, reason: 'REQUESTED', idempotencyKey } })).refundPayment;
    const once = key();
    expect(await refund('20.00', once)).toEqual({ status: 'PARTIALLY_REFUNDED', refunded: { amount: '20.00' } });
    expect(await refund('20.00', once)).toEqual({ status: 'PARTIALLY_REFUNDED', refunded: { amount: '20.00' } });
    expect(await ledger(db, policy.account.id)).toMatchObject({ CASH: '130.00', MEMBER_CREDIT: '-10.00' });
    expect(await invoiceOf(policy)).toMatchObject({ status: 'PAID' });
    expect(await refund('50.00')).toMatchObject({ refunded: { amount: '70.00' } });
    expect(await ledger(db, policy.account.id)).toMatchObject({ CASH: '80.00', RECEIVABLE: '40.00' });
    expect(await invoiceOf(policy)).toMatchObject({ status: 'FINALISED', open: { amount: '40.00' }, installments: [{ status: 'DUE', paid: { amount: '80.00' } }] });
    expect(await refund('80.01')).toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT', field: 'amount' });
    expect(await refund('80.00')).toMatchObject({ status: 'REFUNDED', refunded: { amount: '150.00' } });
    expect(await refund('0.01')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    expect(await ledger(db, policy.account.id)).toEqual({ RECEIVABLE: '120.00', TAX_PAYABLE: '-20.00', UNEARNED_PREMIUM: '-100.00' });
  });

  it('give back no more than they were when many ask at once', async () => {
    const policy = await invoiced();
    const { locator } = await card(policy, '100.00');
    const refunds = await Promise.all(
      Array.from({ length: 12 }, () => subgraph.data(finance, REFUND, { input: { payment: locator, amount: { amount: '30.00', currency: 'GBP' }, reason: 'REQUESTED', idempotencyKey: key() } })),
    );
    expect(refunds.filter((answer) => answer.refundPayment.status).length).toBe(3);
    expect((await ledger(db, policy.account.id)).CASH).toBe('10.00');
  });

  it('that are charged back open again what they paid; won, they pay it again', async () => {
    const policy = await invoiced({ installments: 2 });
    const { locator } = await card(policy, '90.00');
    expect((await subgraph.data(finance, step('recordChargeback'), { payment: locator })).recordChargeback).toMatchObject({ status: 'CHARGED_BACK' });
    expect(await ledger(db, policy.account.id)).toEqual({ RECEIVABLE: '120.00', TAX_PAYABLE: '-20.00', UNEARNED_PREMIUM: '-100.00' });
    expect(await invoiceOf(policy)).toMatchObject({ status: 'FINALISED', open: { amount: '120.00' }, installments: [{ status: 'DUE' }, { status: 'SCHEDULED' }] });
    expect((await subgraph.data(finance, step('winChargeback'), { payment: locator })).winChargeback).toMatchObject({ status: 'SETTLED' });
    expect(await ledger(db, policy.account.id)).toMatchObject({ CASH: '90.00', RECEIVABLE: '60.00', MEMBER_CREDIT: '-30.00' });
    expect((await subgraph.data(finance, step('winChargeback'), { payment: locator })).winChargeback).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  it.each([
    ['nothing', { amount: { amount: '0.00', currency: 'GBP' } }, 'BAD_USER_INPUT'],
    ['a negative amount', { amount: { amount: '-5.00', currency: 'GBP' } }, 'BAD_USER_INPUT'],
    ['three decimals', { amount: { amount: '1.001', currency: 'GBP' } }, 'BAD_USER_INPUT'],
    ['another currency', { amount: { amount: '5.00', currency: 'USD' } }, 'CURRENCY_MISMATCH'],
    ['a card without a token', { method: 'CARD', token: null }, 'BAD_USER_INPUT'],
    ['money of tomorrow', { method: 'CASH', token: null, receivedOn: '2026-01-02' }, 'DATE_INVALID'],
  ])('refuse %s', async (_title, more, code) => {
    const policy = await invoiced();
    expect(await pay(subgraph, policy.account, '5.00', { method: 'CARD', token: 'tok_ok', ...more })).toMatchObject({ code });
    expect(await count(policy)).toBe(0);
  });

  it.each(['NaN', '1e308', '1,00', ''])('refuse the amount "%s" before anything is done', async (amount) => {
    const policy = await invoiced();
    const { codes } = await subgraph.ask(finance, PAY, { input: { account: policy.account.locator, amount: { amount, currency: 'GBP' }, method: 'CASH', idempotencyKey: key() } });
    expect(codes).toEqual(['BAD_USER_INPUT']);
  });

  it('let a member pay by card into their own account, not record cash, and not pay into another', async () => {
    const policy = await invoiced();
    const member = person(['member'], policy.holder);
    expect(await pay(subgraph, policy.account, '20.00', { method: 'CARD', token: 'tok_ok' }, member)).toMatchObject({ status: 'SETTLED' });
    expect(await pay(subgraph, policy.account, '20.00', {}, member)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    const stranger = person(['member'], policyOf().holder);
    const { codes } = await subgraph.ask(stranger, PAY, { input: { account: policy.account.locator, amount: { amount: '5.00', currency: 'GBP' }, method: 'CARD', token: 'tok_ok', idempotencyKey: key() } });
    expect(codes).toEqual(['NOT_FOUND']);
  });
});
