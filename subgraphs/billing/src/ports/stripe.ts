/**
 * Stripe's payment intents as a payment gateway, over its plain HTTP API: form-encoded, minor units, an idempotency key for each order. A decline is an answer;
 * what is neither yes nor no (429, 5xx, no answer) throws, and the same call is made again later. Card numbers never come here: the token is a payment method.
 */
import type { CancelAnswer, ChargeAnswer, ChargeOrder, PaymentGateway, RefundAnswer } from './payment-gateway.ts';
import { checkStripeSignature, readStripeEvent } from './webhook.ts';

export interface StripeOptions {
  readonly url: string;
  readonly secretKey: string;
  /** What Stripe signs its webhooks with; without it none is taken. */
  readonly webhookSecret?: string;
  readonly timeoutMs?: number;
}

interface StripeAnswer {
  readonly id?: string;
  readonly status?: string;
  readonly error?: { readonly code?: string; readonly decline_code?: string; readonly payment_intent?: { readonly id?: string; readonly status?: string } };
}

const METHODS = { CARD: 'card', DIRECT_DEBIT: 'bacs_debit' } as const;
const UNDECIDED: ReadonlySet<number> = new Set([401, 403, 408, 409, 429]);
/** A reason is a code for a column, never a sentence of the provider's. */
const codeOf = ({ error }: StripeAnswer): string => (error?.decline_code ?? error?.code ?? 'declined').replace(/[^a-z_]/gi, '').slice(0, 60).toUpperCase();

/** The gateway over one Stripe account. */
export function stripeGateway({ url, secretKey, webhookSecret, timeoutMs = 10_000 }: StripeOptions): PaymentGateway {
  async function call(path: string, form?: Record<string, string>, idempotencyKey?: string): Promise<{ isDone: boolean; body: StripeAnswer }> {
    const response = await fetch(new URL(path, url), {
      method: form ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${secretKey}`, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) },
      ...(form && { body: new URLSearchParams(form).toString() }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = (await response.json().catch(() => ({}))) as StripeAnswer;
    if (response.status >= 500 || UNDECIDED.has(response.status)) throw new Error(`the payment provider answered ${response.status}`);
    return { isDone: response.ok, body };
  }

  async function charge({ key, amount, method, token, reference }: ChargeOrder): Promise<ChargeAnswer> {
    const order = {
      amount: amount.minor.toString(), currency: amount.currency.toLowerCase(), payment_method: token, confirm: 'true', 'payment_method_types[]': METHODS[method], 'metadata[payment]': key,
    };
    // The idempotency key would answer for ever what was answered first; a charge that was undecided is looked up by its own name.
    const { isDone, body } = reference ? await call(`/v1/payment_intents/${encodeURIComponent(reference)}`) : await call('/v1/payment_intents', order, key);
    if (!isDone) return { outcome: 'FAILED', reason: codeOf(body) };
    if (!body.id) throw new Error('the payment provider answered without an id');
    if (body.status === 'succeeded') return { outcome: 'SETTLED', reference: body.id };
    if (body.status === 'processing') return { outcome: 'PENDING', reference: body.id };
    // What needs the payer's own hand (a second factor) is asked for in the browser before the token comes here.
    return { outcome: 'FAILED', reason: (body.status ?? 'declined').toUpperCase() };
  }

  return {
    name: 'stripe',
    charge,
    ...(webhookSecret && {
      readWebhook: ({ signature, body, now }) => {
        checkStripeSignature(signature, body, { secret: webhookSecret, now });
        return readStripeEvent(body);
      },
    }),
    async cancel(order): Promise<CancelAnswer> {
      const known = await charge(order);
      if (known.outcome === 'SETTLED') return known;
      if (known.outcome === 'FAILED') return { outcome: 'CANCELLED' };
      const { isDone } = await call(`/v1/payment_intents/${encodeURIComponent(known.reference ?? '')}/cancel`, {}, `${order.key}:cancel`);
      if (isDone) return { outcome: 'CANCELLED' };
      const now = await charge({ ...order, reference: known.reference });
      if (now.outcome === 'SETTLED') return now;
      throw new Error('the payment provider neither settled nor cancelled');
    },
    async refund({ key, reference, amount }): Promise<RefundAnswer> {
      const { isDone, body } = await call('/v1/refunds', { payment_intent: reference, amount: amount.minor.toString() }, key);
      if (!isDone) return { outcome: 'FAILED', reason: codeOf(body) };
      return body.status === 'failed' || body.status === 'canceled' ? { outcome: 'FAILED', reason: body.status.toUpperCase() } : { outcome: 'SETTLED', reference: body.id ?? key };
    },
  };
}
