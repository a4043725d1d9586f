/**
 * How money is asked of a payment provider. Every call carries the key of what it is about and may be repeated: a provider answers the same key the same.
 * The built-in gateway moves no money: it decides by the token alone, so it needs no memory, and two processes agree.
 */
import { createHash } from 'node:crypto';
import type { Money } from '@olly/kit/money';
import type { WebhookNotice } from './webhook.ts';

export interface ChargeOrder {
  /** The payment's locator: the provider's idempotency key. */
  readonly key: string;
  readonly amount: Money;
  readonly method: 'CARD' | 'DIRECT_DEBIT';
  /** What the provider gave the payer's browser. */
  readonly token: string;
  /** The provider's reference, where an earlier call was answered PENDING. */
  readonly reference?: string;
}

interface RefundOrder {
  /** The refund's id: the provider's idempotency key. */
  readonly key: string;
  /** The provider's reference of the payment. */
  readonly reference: string;
  readonly amount: Money;
}

export type ChargeAnswer =
  | { readonly outcome: 'SETTLED'; readonly reference: string }
  | { readonly outcome: 'PENDING'; readonly reference?: string }
  | { readonly outcome: 'FAILED'; readonly reason: string };

export type CancelAnswer = { readonly outcome: 'CANCELLED' } | { readonly outcome: 'SETTLED'; readonly reference: string };
export type RefundAnswer = { readonly outcome: 'SETTLED'; readonly reference: string } | { readonly outcome: 'FAILED'; readonly reason: string };

/** Rejects when the provider cannot be reached; then nothing is known, and the same call is made again later. */
export interface PaymentGateway {
  readonly name: string;
  charge(order: ChargeOrder): Promise<ChargeAnswer>;
  /** Gives a charge up that is not settled; tells when it is too late. */
  cancel(order: ChargeOrder): Promise<CancelAnswer>;
  refund(order: RefundOrder): Promise<RefundAnswer>;
  /** Reads what the provider tells by itself, once its signature is right; null for what does not concern us. Throws `WebhookRefused`. Absent where it tells nothing. */
  readWebhook?(call: { readonly signature: string; readonly body: string; readonly now: Date }): WebhookNotice | null;
}

const referenceOf = (kind: string, key: string): string => `test_${kind}_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;

/** The built-in gateway. `tok_declined…` is declined, `tok_pending…` stays undecided, every other token settles. */
export const testGateway: PaymentGateway = {
  name: 'test',
  async charge({ key, token }) {
    if (token.startsWith('tok_declined')) return { outcome: 'FAILED', reason: 'DECLINED' };
    return { outcome: token.startsWith('tok_pending') ? 'PENDING' : 'SETTLED', reference: referenceOf('pay', key) };
  },
  async cancel({ key, token }) {
    return token.startsWith('tok_pending') ? { outcome: 'CANCELLED' } : { outcome: 'SETTLED', reference: referenceOf('pay', key) };
  },
  async refund({ key }) {
    return { outcome: 'SETTLED', reference: referenceOf('ref', key) };
  },
};

/** Where no provider is set and test money must not be taken for real: every card is declined. */
export const noGateway: PaymentGateway = {
  name: 'none',
  charge: async () => ({ outcome: 'FAILED', reason: 'NO_PROVIDER' }),
  cancel: async () => ({ outcome: 'CANCELLED' }),
  refund: async () => ({ outcome: 'FAILED', reason: 'NO_PROVIDER' }),
};
