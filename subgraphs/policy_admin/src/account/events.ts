/** What others learn of an account: how and in what it is billed, and who may see it. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { AccountRow, PartyRow } from '../mappers.ts';

export const accountOpened = z.object({
  accountId: z.uuid(),
  account: z.string(),
  billingLevel: z.enum(['ACCOUNT', 'POLICY']),
  currency: z.string(),
  market: z.string(),
  holder: z.object({ partyId: z.uuid(), party: z.string() }),
  broker: z.string().nullable(),
  access: z.array(accessEntry),
});

export function accountOpenedEvent(account: AccountRow, holder: PartyRow, access: readonly AccessEntry[]): NewEvent {
  const data = accountOpened.parse({
    accountId: account.id,
    account: account.locator,
    billingLevel: account.billing_level,
    currency: account.currency,
    market: account.market_code,
    holder: { partyId: holder.id, party: holder.locator },
    broker: account.broker,
    access,
  });
  return { topic: 'policy_admin.account', key: account.locator, type: 'olly.policy_admin.account.opened.v1', data };
}
