/**
 * The shape of a product version's document: benefits, rating, billing, renewal and cancellation (docs/contracts.md shows one whole). Strict: a misspelt word is refused
 * when it is saved, not noticed when a claim is decided. Amounts and rates are decimal text; the list `steps` is the order in which copay, deductible and coinsurance apply.
 */
import { money } from '@olly/kit/money';
import { z } from 'zod';

const amount = z.string().regex(/^\d{1,12}(\.\d{1,4})?$/, 'an amount is a plain decimal as text, for instance "30.00"');
const rate = z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a rate is a fraction between 0 and 1 as text, for instance "0.20"');
const factor = z.string().regex(/^\d{1,4}(\.\d{1,6})?$/, 'a factor is a plain decimal as text, for instance "1.12"');
const key = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'small letters, digits and underscores');
const period = z.enum(['CALENDAR_YEAR', 'POLICY_PERIOD']);
const caps = z.strictObject({ person: amount.optional(), family: amount.optional() });

const step = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('COPAY'), amount, per: z.enum(['LINE', 'VISIT', 'DAY', 'ADMISSION', 'UNIT']) }),
  z.strictObject({ step: z.literal('DEDUCTIBLE') }),
  z.strictObject({ step: z.literal('COINSURANCE'), rate }),
]);
const limit = z.strictObject({ measure: z.enum(['AMOUNT', 'UNITS', 'VISITS']), basis: z.enum(['ALLOWED', 'PAID']).optional(), value: amount, period: z.enum(['CLAIM', 'CALENDAR_YEAR', 'POLICY_PERIOD']) });
/** From so many visits, or so much used, on: other steps. */
const tier = z.strictObject({ by: z.enum(['VISITS', 'AMOUNT']), from: amount, steps: z.array(step) });
const terms = z.strictObject({
  steps: z.array(step).refine((steps) => new Set(steps.map((one) => one.step)).size === steps.length, 'each step at most once'),
  tiers: z.array(tier).optional(),
  limits: z.array(limit).optional(),
  /** What the plan allows out of network where no fee is agreed. */
  allowance: amount.optional(),
});
const coverageTerm = z
  .strictObject({
    key,
    name: z.string().min(1).max(80),
    waitingMonths: z.int().min(0).max(60).optional(),
    priorAuthorisation: z.boolean().optional(),
    procedureCodes: z.array(z.string().min(1).max(20)).optional(),
    isProtectedOutOfNetwork: z.boolean().optional(),
    copayFeedsDeductible: z.boolean().optional(),
    in: terms.optional(),
    out: terms.optional(),
  })
  .refine((one) => one.in !== undefined || one.out !== undefined, 'covered in network, out of network, or both');

const element = z.strictObject({
  type: z.string().regex(/^[A-Z][A-Z_]{1,39}$/, 'capital letters and underscores, for instance MEDICAL'),
  name: z.string().min(1).max(80),
  deductible: z.strictObject({ kind: z.enum(['EMBEDDED', 'AGGREGATE']), period, in: caps.optional(), out: caps.optional() }).optional(),
  outOfPocket: z.strictObject({ period, in: caps.optional(), out: caps.optional() }).optional(),
  cross: z.enum(['NONE', 'OUT_TO_IN', 'BOTH']).optional(),
  moratorium: z.strictObject({ lookBackYears: z.int().min(1).max(10), clearYears: z.int().min(1).max(5) }).optional(),
  coverageTerms: z.array(coverageTerm).min(1).refine((all) => new Set(all.map((one) => one.key)).size === all.length, 'each key once'),
});

const band = z.strictObject({ from: z.int().min(0), to: z.int().min(1), factor });
const rating = z.strictObject({
  base: z.record(z.string(), amount),
  factors: z.array(
    z.discriminatedUnion('by', [
      z.strictObject({ name: z.string(), by: z.literal('age'), table: z.array(band).min(1) }),
      z.strictObject({ name: z.string(), by: z.literal('region'), table: z.record(z.string(), factor) }),
      z.strictObject({ name: z.string(), by: z.literal('field'), field: key, table: z.record(z.string(), factor) }),
    ]),
  ),
  fees: z.array(z.strictObject({ name: z.string().min(1), amount })).optional(),
});

export const productDocument = z
  .strictObject({
    currency: z.string().regex(/^[A-Z]{3}$/),
    market: z.string().regex(/^[A-Z]{2}$/),
    termMonths: z.int().min(1).max(60),
    prorationBasis: z.enum(['DAY', 'MONTH']),
    elements: z.array(element).min(1).refine((all) => new Set(all.map((one) => one.type)).size === all.length, 'each element type once'),
    rating,
    billing: z.strictObject({ installments: z.int().min(1).max(12), graceDays: z.int().min(0).max(90) }),
    renewal: z.strictObject({ leadDays: z.int().min(0).max(120), auto: z.boolean() }),
    cancellation: z.strictObject({ coolingOffDays: z.int().min(0).max(60), shortRate: rate.optional() }),
    retroDays: z.int().min(0).max(366),
    quoteValidDays: z.int().min(1).max(366),
    dependantAgeMax: z.int().min(0).max(30).optional(),
    dependantLeaves: z.enum(['BIRTHDAY', 'MONTH_END', 'TERM_END']).optional(),
  })
  .superRefine((document, context) => {
    for (const { type } of document.elements) {
      if (document.rating.base[type] === undefined) context.addIssue({ code: 'custom', path: ['rating', 'base', type], message: 'every element has a base rate' });
    }
    const known = new Set(document.elements.map(({ type }) => type));
    for (const type of Object.keys(document.rating.base)) {
      if (!known.has(type)) context.addIssue({ code: 'custom', path: ['rating', 'base', type], message: 'there is no such element' });
    }
    document.rating.factors.forEach((one, index) => {
      if (one.by !== 'age') return;
      const bands = [...one.table].sort((a, b) => a.from - b.from);
      const isBroken = bands.some((b, i) => b.from >= b.to || (i > 0 && b.from !== bands[i - 1]?.to));
      if (isBroken) context.addIssue({ code: 'custom', path: ['rating', 'factors', index, 'table'], message: 'age bands follow each other without gap or overlap' });
    });
    try {
      for (const base of Object.values(document.rating.base)) money(base, document.currency);
    } catch {
      context.addIssue({ code: 'custom', path: ['rating', 'base'], message: 'an amount has more decimal places than the currency' });
    }
  });
export type ProductDocument = z.infer<typeof productDocument>;
