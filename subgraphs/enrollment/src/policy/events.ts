/**
 * What others learn of a policy: every kind of change tells the whole policy as it is from then on, in one shape (docs/contracts.md), with what was charged and who may
 * see it. Ids, locators, codes and amounts; no names, no birth dates, no answers.
 */
import { accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import type { IsoDate } from '@olly/kit/time';
import { z } from 'zod';
import type { Issue } from './issue.ts';
import { policyStatusOn } from './policy.ts';

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const date = z.iso.date();

export const policyChanged = z.object({
  policyId: z.uuid(),
  policy: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  billingLevel: z.enum(['ACCOUNT', 'POLICY']),
  quoteId: z.uuid(),
  productVersionId: z.uuid(),
  productCode: z.string(),
  lob: z.string(),
  market: z.string(),
  jurisdiction: z.string(),
  region: z.string().nullable(),
  currency: z.string(),
  status: z.enum(['PENDING', 'ACTIVE', 'IN_GRACE', 'EXPIRED', 'CANCELLED', 'LAPSED']),
  holder: z.object({ partyId: z.uuid(), party: z.string() }),
  broker: z.string().nullable(),
  scheme: z.string().nullable(),
  cancellation: z.object({ kind: z.enum(['PRO_RATA', 'SHORT_RATE', 'FLAT']), shortRate: decimal.optional() }).optional(),
  term: z.object({ id: z.uuid(), locator: z.string(), number: z.int(), from: date, to: date, prorationBasis: z.enum(['DAY', 'MONTH']) }),
  transaction: z.object({ id: z.uuid(), locator: z.string(), category: z.string(), effectiveDate: date }),
  elements: z.array(
    z.object({
      id: z.uuid(),
      staticId: z.uuid(),
      type: z.string(),
      coverage: z.looseObject({ type: z.string() }),
      insured: z.array(z.object({ partyId: z.uuid(), party: z.string(), from: date, to: date })),
    }),
  ),
  charges: z.array(z.object({ key: z.string(), category: z.enum(['PREMIUM', 'TAX', 'FEE']), amount: decimal, from: date, to: date, elementStaticId: z.uuid().optional() })),
  billing: z.object({ installments: z.int(), graceDays: z.int() }),
  access: z.array(accessEntry),
});
export type PolicyChanged = z.infer<typeof policyChanged>;

export function policyIssuedEvent(issue: Issue, billing: PolicyChanged['billing'], today: IsoDate): NewEvent {
  const { policy, term, transaction, elements, insureds, charges, access } = issue;
  const data: PolicyChanged = {
    policyId: policy.id,
    policy: policy.locator,
    accountId: policy.account_id,
    account: policy.account_locator,
    billingLevel: policy.billing_level,
    quoteId: policy.quote_id,
    productVersionId: policy.product_version_id,
    productCode: policy.product_code,
    lob: policy.lob,
    market: policy.market,
    jurisdiction: policy.jurisdiction,
    region: policy.region,
    currency: policy.currency,
    status: policyStatusOn(policy, today),
    holder: { partyId: policy.holder_party_id, party: policy.holder_party_locator },
    broker: policy.broker,
    scheme: policy.scheme,
    term: { id: term.id, locator: term.locator, number: term.term_number, from: term.effective_from, to: term.effective_to, prorationBasis: term.proration_basis },
    transaction: { id: transaction.id, locator: transaction.locator, category: transaction.category, effectiveDate: transaction.effective_date },
    elements: elements.map((element) => ({
      id: element.id,
      staticId: element.static_id,
      type: element.element_type,
      coverage: element.document,
      insured: insureds.filter((one) => one.element_id === element.id).map((one) => ({ partyId: one.party_id, party: one.party_locator, from: one.effective_from, to: one.effective_to })),
    })),
    charges: charges.map((one) => ({
      key: one.charge_key,
      category: one.category,
      amount: one.amount,
      from: one.effective_from,
      to: one.effective_to,
      ...(one.element_static_id && { elementStaticId: one.element_static_id }),
    })),
    billing,
    access: [...access],
  };
  return { topic: 'enrollment.policy', key: policy.locator, type: 'olly.enrollment.policy.issued.v1', data: policyChanged.parse(data) };
}
