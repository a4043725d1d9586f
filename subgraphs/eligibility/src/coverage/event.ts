/** The part of policy events that says who is covered. Unknown fields are ignored, wrong ones stop the event. */
import { z } from 'zod';
import { productElement } from '../accumulator/product.ts';

const day = z.iso.date();

export const policyChanged = z.object({
  policyId: z.uuid(),
  policy: z.string().min(1),
  productCode: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/),
  scheme: z.string().nullish(),
  term: z.object({ id: z.uuid(), from: day, to: day }),
  transaction: z.object({ category: z.string(), effectiveDate: day }),
  elements: z.array(
    z.object({
      id: z.uuid(),
      staticId: z.uuid(),
      type: z.string().min(1),
      coverage: productElement,
      insured: z.array(z.object({ partyId: z.uuid(), party: z.string().min(1), from: day, to: day.nullish() })),
    }),
  ),
});

/** A policy's term as it stands after a transaction. */
export type PolicyChanged = z.infer<typeof policyChanged>;
