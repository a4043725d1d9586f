/** The payment gateways at the wire: what is sent, and what each answer means. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { money } from '@olly/kit/money';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayOf } from '../context.ts';
import type { PaymentGateway } from './payment-gateway.ts';
import { stripeGateway } from './stripe.ts';

interface Sent {
  readonly line: string;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

describe('the Stripe gateway', () => {
  let server: Server;
  let gateway: PaymentGateway;
  let sent: Sent[] = [];
  let answers: [number, object][] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
      sent.push({ line: `${request.method} ${request.url}`, key: request.headers['idempotency-key'] as string | undefined, authorization: request.headers.authorization, form });
      const [status, body] = answers.shift() ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    gateway = stripeGateway({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, secretKey: 'sk_test', timeoutMs: 2_000 });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    sent = [];
    answers = [];
  });
  const order = { key: 'pay_1', amount: money('60.50', 'GBP'), method: 'CARD' as const, token: 'pm_card' };

  it('sends minor units, the method and the payment’s key, and settles what succeeded', async () => {
    answers = [[200, { id: 'pi_1', status: 'succeeded' }]];
    expect(await gateway.charge(order)).toEqual({ outcome: 'SETTLED', reference: 'pi_1' });
    expect(sent).toEqual([
      {
        line: 'POST /v1/payment_intents', key: 'pay_1', authorization: 'Bearer sk_test',
        form: { amount: '6050', currency: 'gbp', payment_method: 'pm_card', confirm: 'true', 'payment_method_types[]': 'card', 'metadata[payment]': 'pay_1' },
      },
    ]);
  });

  it('takes a decline as an answer, by its code', async () => {
    answers = [[402, { error: { code: 'card_declined', decline_code: 'insufficient_funds' } }]];
    expect(await gateway.charge(order)).toEqual({ outcome: 'FAILED', reason: 'INSUFFICIENT_FUNDS' });
  });

  it.each([500, 503, 429, 409, 401])('knows nothing after a %i', async (status) => {
    answers = [[status, { error: { code: 'x' } }]];
    await expect(gateway.charge(order)).rejects.toThrow(`the payment provider answered ${status}`);
  });

  it('looks an undecided debit up by its own name instead of asking again', async () => {
    answers = [[200, { id: 'pi_2', status: 'processing' }], [200, { id: 'pi_2', status: 'succeeded' }]];
    expect(await gateway.charge({ ...order, method: 'DIRECT_DEBIT' })).toEqual({ outcome: 'PENDING', reference: 'pi_2' });
    expect(await gateway.charge({ ...order, reference: 'pi_2' })).toEqual({ outcome: 'SETTLED', reference: 'pi_2' });
    expect(sent.map((each) => each.line)).toEqual(['POST /v1/payment_intents', 'GET /v1/payment_intents/pi_2']);
  });

  it('cancels what is undecided, and tells when it is too late', async () => {
    answers = [[200, { id: 'pi_3', status: 'processing' }], [200, { id: 'pi_3', status: 'canceled' }]];
    expect(await gateway.cancel({ ...order, reference: 'pi_3' })).toEqual({ outcome: 'CANCELLED' });
    answers = [[200, { id: 'pi_3', status: 'succeeded' }]];
    expect(await gateway.cancel({ ...order, reference: 'pi_3' })).toEqual({ outcome: 'SETTLED', reference: 'pi_3' });
  });

  it('refunds under the refund’s own key', async () => {
    answers = [[200, { id: 're_1', status: 'succeeded' }], [400, { error: { code: 'charge_already_refunded' } }]];
    const refund = { key: 'r1', reference: 'pi_1', amount: money('10.00', 'GBP') };
    expect(await gateway.refund(refund)).toEqual({ outcome: 'SETTLED', reference: 're_1' });
    expect(await gateway.refund(refund)).toEqual({ outcome: 'FAILED', reason: 'CHARGE_ALREADY_REFUNDED' });
    expect(sent[0]).toMatchObject({ key: 'r1', form: { payment_intent: 'pi_1', amount: '1000' } });
  });
});

describe('the gateway that the environment names', () => {
  const STRIPE_URL = 'https://api.stripe.com';
  it('is Stripe with a key, the test gateway without, and none in production', () => {
    expect(gatewayOf({ NODE_ENV: 'production', STRIPE_SECRET_KEY: 'sk', STRIPE_URL }).name).toBe('stripe');
    expect(gatewayOf({ NODE_ENV: 'development', STRIPE_URL }).name).toBe('test');
    expect(gatewayOf({ NODE_ENV: 'production', STRIPE_URL }).name).toBe('none');
  });
});
