/** What the payment provider tells by itself: only what it has signed is read, it is asked itself, and telling twice does nothing twice. */
import { createHmac } from 'node:crypto';
import { service, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createServices } from '../context.ts';
import { type PaymentGateway, testGateway } from '../ports/payment-gateway.ts';
import { checkStripeSignature, readStripeEvent } from '../ports/webhook.ts';
import billing from '../subgraph.ts';
import { finance, ledger, pay, policyOf, run } from '../testing/world.ts';

const SECRET = 'whsec_test';
const signed = (body: string, at = Math.floor(Date.now() / 1_000), secret = SECRET) => `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;

describe('webhooks', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  let isDecided = false;
  /** The built-in gateway under Stripe's name and signature: undecided until the switch. */
  const gateway: PaymentGateway = {
    ...testGateway,
    name: 'stripe',
    charge: async (order) => (isDecided ? { outcome: 'SETTLED', reference: `pi_${order.key}` } : { outcome: 'PENDING', reference: `pi_${order.key}` }),
    readWebhook: ({ signature, body, now }) => {
      checkStripeSignature(signature, body, { secret: SECRET, now });
      return readStripeEvent(body);
    },
  };
  beforeAll(async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph({ ...billing, services: (deps) => createServices(deps, gateway) }, db, { start: '2026-01-01T09:00:00Z' });
  });
  afterAll(() => db.close());
  beforeEach(() => {
    isDecided = false;
  });

  const send = async (body: string, signature = signed(body), provider = 'stripe') =>
    (await subgraph.data(service('gateway'), 'mutation ($input: ReceiveWebhookInput!) { r: receiveWebhook(input: $input) }', { input: { provider, signature, body } })).r;
  const about = (type: string, object: object) => JSON.stringify({ id: 'evt_1', type, data: { object } });
  async function pending() {
    const policy = policyOf();
    await policy.issue(db);
    await run(subgraph, 'invoiceCharges');
    return { policy, payment: await pay(subgraph, policy.account, '120.00', { method: 'CARD', token: 'tok_ok' }) };
  }
  const statusOf = async (locator: string) => (await subgraph.data(finance, 'query ($l: ID!) { payment(locator: $l) { status } }', { l: locator })).payment.status;

  it('settle a payment as the provider answers, once, and take a chargeback and its end', async () => {
    const { policy, payment } = await pending();
    expect(payment.status).toBe('PENDING');
    const body = about('payment_intent.succeeded', { metadata: { payment: payment.locator } });
    // The body says that it succeeded; the provider, asked, does not.
    expect(await send(body)).toBe('DONE');
    expect(await statusOf(payment.locator)).toBe('PENDING');
    isDecided = true;
    expect(await Promise.all([send(body), send(body)])).toContain('DONE');
    expect(await send(body)).toBe('IGNORED');
    expect(await statusOf(payment.locator)).toBe('SETTLED');
    expect((await ledger(db, policy.account.id)).CASH).toBe('120.00');
    const disputed = about('charge.dispute.created', { payment_intent: `pi_${payment.locator}`, status: 'needs_response' });
    expect([await send(disputed), await send(disputed)]).toEqual(['DONE', 'IGNORED']);
    expect(await statusOf(payment.locator)).toBe('CHARGED_BACK');
    expect(await send(about('charge.dispute.closed', { payment_intent: `pi_${payment.locator}`, status: 'lost' }))).toBe('IGNORED');
    expect(await send(about('charge.dispute.closed', { payment_intent: `pi_${payment.locator}`, status: 'won' }))).toBe('DONE');
    expect(await statusOf(payment.locator)).toBe('SETTLED');
  });

  it('are refused unread when they are not signed, signed with another secret, altered, or old', async () => {
    const { payment } = await pending();
    isDecided = true;
    const body = about('payment_intent.succeeded', { metadata: { payment: payment.locator } });
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    for (const signature of ['', 't=,v1=', signed(body, undefined, 'whsec_other'), signed(`${body} `), signed(body, hourAgo), signed('{')]) expect(await send(body, signature)).toBe('REFUSED');
    expect(await send('{ not json', signed('{ not json'))).toBe('REFUSED');
    expect(await send(body, signed(body), 'adyen')).toBe('UNKNOWN_PROVIDER');
    expect(await statusOf(payment.locator)).toBe('PENDING');
    expect((await subgraph.ask(finance, 'mutation { receiveWebhook(input: { provider: "stripe", signature: "", body: "" }) }')).codes).toEqual(['FORBIDDEN']);
  });

  it('accept a second signature while the secret is changed', () => {
    const now = new Date();
    const [old] = [signed('{}', Math.floor(now.getTime() / 1_000), 'whsec_old')];
    expect(() => checkStripeSignature(`${old},${signed('{}', Math.floor(now.getTime() / 1_000)).split(',')[1]}`, '{}', { secret: SECRET, now })).not.toThrow();
  });
});
