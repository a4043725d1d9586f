/** What others learn of a policy's arrears: enrollment holds claims in grace and lapses the policy, notifications reminds the payer. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';

export const arrearsData = z.object({
  policyId: z.uuid(),
  policy: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  /** When the installment was due that has not been paid. */
  dueDate: z.iso.date(),
  /** The first day without grace. */
  graceUntil: z.iso.date(),
  /** The first day of cover that is not paid for: a lapse reaches back to it. */
  paidTo: z.iso.date(),
});
export type Arrears = z.infer<typeof arrearsData>;

export const arrearsEvent = (kind: 'grace_started' | 'grace_ended' | 'lapsed', arrears: Arrears): NewEvent => ({
  topic: 'billing.policy',
  key: arrears.policy,
  type: `olly.billing.policy.${kind}.v1`,
  data: arrearsData.parse(arrears),
});
