/** What documents reads of others' events; fields it does not know are ignored. A document is asked for by keeping exactly this in a job. */
import { z } from 'zod';

const limit = z.object({ in: z.object({ person: z.string(), family: z.string().nullish() }) });

const policyIssued = z.object({
  policy: z.string(),
  productCode: z.string(),
  market: z.string(),
  currency: z.string(),
  holder: z.object({ party: z.string() }),
  term: z.object({ from: z.string(), to: z.string() }),
  elements: z.array(
    z.object({
      coverage: z.object({ name: z.string(), deductible: limit.nullish(), outOfPocket: limit.nullish(), coverageTerms: z.array(z.object({ name: z.string() })) }),
      insured: z.array(z.object({ party: z.string() })),
    }),
  ),
  charges: z.array(z.object({ category: z.string(), amount: z.string() })),
});

const invoiceFinalised = z.object({ invoice: z.string(), account: z.string(), currency: z.string() });

/** A claim can be decided before its policy and people are known to claims; then the locators are missing. A payment's event has no lines. */
const claimDecided = z.object({
  claim: z.string(),
  policy: z.string().nullish(),
  claimantPartyId: z.uuid(),
  claimant: z.string().nullish(),
  account: z.string().nullish(),
  currency: z.string(),
  lines: z.array(z.object({ number: z.number().int(), claimed: z.string(), planPays: z.string(), memberOwes: z.string() })).nullish(),
});

export type PolicyIssued = z.infer<typeof policyIssued>;
export type InvoiceFinalised = z.infer<typeof invoiceFinalised>;
export type ClaimDecided = z.infer<typeof claimDecided>;

const base = { eventId: z.uuid(), issuedOn: z.iso.date() };
/** What a job is given. */
export const order = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('POLICY_SCHEDULE'), data: policyIssued }),
  z.object({ ...base, kind: z.literal('INVOICE'), data: invoiceFinalised }),
  z.object({ ...base, kind: z.literal('EXPLANATION_OF_BENEFITS'), outcome: z.enum(['APPROVED', 'PARTIALLY_APPROVED', 'DENIED', 'PAID']), data: claimDecided }),
]);
export type Order = z.infer<typeof order>;

/** Event type → what is to be produced of it. */
const ORDERS: Readonly<Record<string, Pick<Order, 'kind'> & { readonly outcome?: string }>> = {
  'olly.enrollment.policy.issued.v1': { kind: 'POLICY_SCHEDULE' },
  'olly.billing.invoice.finalised.v1': { kind: 'INVOICE' },
  'olly.claims.claim.approved.v1': { kind: 'EXPLANATION_OF_BENEFITS', outcome: 'APPROVED' },
  'olly.claims.claim.partially_approved.v1': { kind: 'EXPLANATION_OF_BENEFITS', outcome: 'PARTIALLY_APPROVED' },
  'olly.claims.claim.denied.v1': { kind: 'EXPLANATION_OF_BENEFITS', outcome: 'DENIED' },
  'olly.claims.claim.paid.v1': { kind: 'EXPLANATION_OF_BENEFITS', outcome: 'PAID' },
};

/** The order that an event makes; null for an event that asks for no document. Throws when it should and does not fit. */
export function orderOf(event: { id: string; type: string; time: string; data: unknown }): Order | null {
  const wanted = Object.hasOwn(ORDERS, event.type) ? ORDERS[event.type] : undefined;
  return wanted ? order.parse({ ...wanted, eventId: event.id, issuedOn: event.time.slice(0, 10), data: event.data }) : null;
}
