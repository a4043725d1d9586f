/** What others learn of a charge. Amounts and locators; of a claim's charge, that there is one. */
import { amountOf } from '@olly/kit/money';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import { type ChargeRow, moneyOf } from '../mappers.ts';

export const chargePostedData = z.object({
  chargeId: z.uuid(),
  charge: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  policyId: z.uuid(),
  claimId: z.uuid().nullable(),
  category: z.enum(['PREMIUM', 'TAX', 'FEE', 'CLAIM_PAYMENT', 'REFUND']),
  amount: z.string(),
  currency: z.string(),
});

export function chargePosted(charge: ChargeRow, account: string): NewEvent {
  const data = chargePostedData.parse({
    chargeId: charge.id,
    charge: charge.locator,
    accountId: charge.account_id,
    account,
    policyId: charge.policy_id,
    claimId: charge.claim_id,
    category: charge.category,
    amount: amountOf(moneyOf(charge)),
    currency: charge.currency,
  });
  return { topic: 'billing.charge', key: charge.locator, type: 'olly.billing.charge.posted.v1', data };
}
