/**
 * What others learn of a policy: every kind of change tells the whole policy as it is from then on, in one shape (docs/contracts.md), with what was charged and who may
 * see it. Ids, locators, codes and amounts; no names, no birth dates, no answers.
 */
import { accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import type { IsoDate } from '@olly/kit/time';
import { z } from 'zod';
import type { PolicyChargeRow, PolicyInsuredRow } from '../mappers.ts';
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

export type PolicyEventKind = 'issued' | 'endorsed' | 'renewed' | 'cancelled' | 'reinstated';

/** One person's cover under an element: neighbouring rows of different prices are one period. */
function periodsOf(insureds: readonly PolicyInsuredRow[]): PolicyChanged['elements'][number]['insured'] {
  const periods: { partyId: string; party: string; from: string; to: string }[] = [];
  for (const { party_id: partyId, party_locator: party, effective_from: from, effective_to: to } of insureds) {
    const before = periods.find((one) => one.party === party && one.to === from);
    if (before) before.to = to;
    else periods.push({ partyId, party, from, to });
  }
  return periods;
}

export type PolicyTold = Pick<Issue, 'policy' | 'term' | 'transaction' | 'elements' | 'insureds' | 'access'> & {
  /** As they are told: of a change in several steps, all steps together. */
  readonly charges: readonly Pick<PolicyChargeRow, 'charge_key' | 'category' | 'amount' | 'effective_from' | 'effective_to' | 'element_static_id'>[];
  readonly cancellation?: PolicyChanged['cancellation'];
};

/** The whole policy after a change, with what the change charged. */
export function policyEvent(kind: PolicyEventKind, told: PolicyTold, billing: PolicyChanged['billing'], today: IsoDate): NewEvent {
  const { policy, term, transaction, elements, insureds, charges, access, cancellation } = told;
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
      insured: periodsOf(insureds.filter((one) => one.element_id === element.id)),
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
    ...(cancellation && { cancellation }),
    access: [...access],
  };
  return { topic: 'enrollment.policy', key: policy.locator, type: `olly.enrollment.policy.${kind}.v1`, data: policyChanged.parse(data) };
}
