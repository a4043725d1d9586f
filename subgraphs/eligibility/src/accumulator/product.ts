/**
 * The part of a product version's element that eligibility reads. It reaches us inside policy events; a field we do not know is kept
 * and passed on to claims, a field that is wrong stops the event.
 */
import { z } from 'zod';

const decimal = z.string().regex(/^\d{1,15}(\.\d{1,4})?$/);
const period = z.enum(['CALENDAR_YEAR', 'POLICY_PERIOD']);
const caps = z.looseObject({ person: decimal.nullish(), family: decimal.nullish() });

const limit = z.looseObject({
  measure: z.enum(['AMOUNT', 'UNITS', 'VISITS']),
  basis: z.enum(['ALLOWED', 'PAID']).nullish(),
  value: decimal,
  period: z.enum(['CLAIM', 'CALENDAR_YEAR', 'POLICY_PERIOD']),
});
const inOneNetwork = z.looseObject({ limits: z.array(limit).nullish() });

const coverageTerm = z.looseObject({
  key: z.string().min(1),
  name: z.string().nullish(),
  waitingMonths: z.int().min(0).nullish(),
  priorAuthorisation: z.boolean().nullish(),
  in: inOneNetwork.nullish(),
  out: inOneNetwork.nullish(),
});

/** An element of a product version's document; `docs/contracts.md` shows the whole of it. */
export const productElement = z.looseObject({
  type: z.string().min(1),
  name: z.string().nullish(),
  deductible: z.looseObject({ kind: z.enum(['EMBEDDED', 'AGGREGATE']), period, in: caps.nullish(), out: caps.nullish() }).nullish(),
  outOfPocket: z.looseObject({ period, in: caps.nullish(), out: caps.nullish() }).nullish(),
  cross: z.enum(['NONE', 'OUT_TO_IN', 'BOTH']).nullish(),
  coverageTerms: z.array(coverageTerm),
});

export type ProductElement = z.infer<typeof productElement>;
export type CoverageTerm = z.infer<typeof coverageTerm>;
/** The element without its services, as `member_coverage.element_terms` keeps it. */
export type ElementTerms = Pick<ProductElement, 'type' | 'name' | 'deductible' | 'outOfPocket' | 'cross'>;
