/** What billing reads of others' events (docs/contracts.md); fields it does not need are ignored. */
import { z } from 'zod';

const amount = z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/);

export const accountOpened = z.object({ accountId: z.uuid(), account: z.string(), billingLevel: z.enum(['ACCOUNT', 'POLICY']), currency: z.string() });

export const policyCharged = z.object({
  policyId: z.uuid(),
  policy: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  billingLevel: z.enum(['ACCOUNT', 'POLICY']),
  productCode: z.string(),
  lob: z.string().nullish(),
  currency: z.string(),
  term: z.object({ id: z.uuid(), from: z.iso.date(), to: z.iso.date(), prorationBasis: z.enum(['DAY', 'MONTH']) }),
  transaction: z.object({ id: z.uuid(), effectiveDate: z.iso.date() }),
  cancellation: z.object({ kind: z.enum(['PRO_RATA', 'SHORT_RATE', 'FLAT']) }).nullish(),
  charges: z.array(
    z.object({
      key: z.string(),
      category: z.enum(['PREMIUM', 'TAX', 'FEE']),
      amount,
      from: z.iso.date(),
      to: z.iso.date(),
      elementStaticId: z.uuid().nullish(),
    }),
  ),
  billing: z.object({ installments: z.number().int().min(1).max(366), graceDays: z.number().int().min(0) }),
});
export type PolicyCharged = z.infer<typeof policyCharged>;

export const claimDecided = z.object({
  claimId: z.uuid(),
  claim: z.string(),
  policyId: z.uuid(),
  claimantPartyId: z.uuid(),
  /** Null as long as claims has not heard of the policy's account. */
  accountId: z.uuid().nullish(),
  account: z.string().nullish(),
  termId: z.uuid().nullish(),
  currency: z.string(),
  planPays: amount,
  payee: z.object({ kind: z.enum(['PROVIDER', 'MEMBER']), locator: z.string().nullable() }).nullish(),
});
export type ClaimDecided = z.infer<typeof claimDecided>;
