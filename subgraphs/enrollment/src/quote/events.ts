/** What others learn of a quote. While there is no policy, the broker who placed it sees holder and account because of these. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import { derivedId } from '@olly/kit/locator';
import type { NewEvent } from '@olly/kit/outbox';
import type { IsoDate } from '@olly/kit/time';
import { z } from 'zod';
import type { QuoteRow } from '../mappers.ts';

const decimal = z.string().regex(/^\d+(\.\d+)?$/);

export const quoteChanged = z.object({
  quoteId: z.uuid(),
  quote: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  broker: z.string().nullable(),
  premium: decimal,
  tax: decimal,
  currency: z.string(),
  access: z.array(accessEntry),
});

function accessOf(quote: QuoteRow, from: IsoDate): AccessEntry[] {
  const { broker } = quote;
  if (!broker) return [];
  const who = { party: broker, partyId: derivedId(quote.id, broker), role: 'BROKER', from, to: null };
  return [
    { ...who, target: quote.account_locator, targetId: quote.account_id },
    { ...who, target: quote.holder_party_locator, targetId: quote.holder_party_id },
  ];
}

export function quoteEvent(kind: 'priced' | 'referred' | 'accepted', quote: QuoteRow, today: IsoDate): NewEvent {
  const data = quoteChanged.parse({
    quoteId: quote.id,
    quote: quote.locator,
    accountId: quote.account_id,
    account: quote.account_locator,
    broker: quote.broker,
    premium: quote.premium,
    tax: quote.tax,
    currency: quote.currency,
    access: accessOf(quote, today),
  });
  return { topic: 'enrollment.quote', key: quote.locator, type: `olly.enrollment.quote.${kind}.v1`, data };
}
