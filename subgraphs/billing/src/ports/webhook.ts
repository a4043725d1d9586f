/**
 * What a payment provider tells by itself. Its signature is checked over the bytes that came, before anything of them is read; what it then says is a hint: the provider is asked for the payment's
 * state itself, so a body that is old, or sent twice, does no harm.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Older ones are refused, so that a recorded call cannot be played again for ever. */
const AGE_SECONDS_MAX = 300;

export type WebhookNotice =
  /** A payment has moved on: ask for it. `payment` is our locator. */
  | { readonly kind: 'PAYMENT'; readonly payment: string }
  /** A payer's bank takes a payment back, or has given it back again. `reference` is the provider's. */
  | { readonly kind: 'CHARGEBACK' | 'CHARGEBACK_WON'; readonly reference: string };

/** Not signed by the provider, too old, or not of a shape that it sends. Says nothing of why. */
export class WebhookRefused extends Error {}

const digestsOf = (header: string): { at: number; signatures: string[] } => {
  const parts = header.split(',').map((part) => part.trim().split('='));
  const of = (name: string) => parts.filter(([key]) => key === name).map(([, value]) => value ?? '');
  return { at: Number(of('t')[0]), signatures: of('v1') };
};

const isSame = (expected: Buffer, given: string): boolean => /^[0-9a-f]{64}$/.test(given) && timingSafeEqual(expected, Buffer.from(given, 'hex'));

/** Checks Stripe's `Stripe-Signature`: `t=<seconds>,v1=<HMAC-SHA256 of "t.body">`; while a secret is changed there are two. Throws `WebhookRefused`. */
export function checkStripeSignature(header: string, body: string, { secret, now }: { secret: string; now: Date }): void {
  const { at, signatures } = digestsOf(header);
  const expected = createHmac('sha256', secret).update(`${at}.${body}`).digest();
  const isSigned = Number.isSafeInteger(at) && signatures.some((given) => isSame(expected, given));
  if (!isSigned || Math.abs(now.getTime() / 1_000 - at) > AGE_SECONDS_MAX) throw new WebhookRefused();
}

const event = z.object({
  type: z.string(),
  data: z.object({ object: z.object({ metadata: z.object({ payment: z.string() }).partial().optional(), payment_intent: z.string().nullish(), status: z.string().optional() }) }),
});

/** What a signed body says; null for what does not concern us. Throws `WebhookRefused`. */
export function readStripeEvent(body: string): WebhookNotice | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new WebhookRefused();
  }
  const parsed = event.safeParse(json);
  if (!parsed.success) throw new WebhookRefused();
  const { type, data } = parsed.data;
  const { metadata, payment_intent: reference, status } = data.object;
  if (type.startsWith('payment_intent.')) return metadata?.payment ? { kind: 'PAYMENT', payment: metadata.payment } : null;
  if (type === 'charge.dispute.created' && reference) return { kind: 'CHARGEBACK', reference };
  if (type === 'charge.dispute.closed' && reference && status === 'won') return { kind: 'CHARGEBACK_WON', reference };
  return null;
}
