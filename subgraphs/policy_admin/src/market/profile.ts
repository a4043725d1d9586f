/** What a market profile holds, and what follows from it on a day. Taxes are effective-dated; the rate of a term is the one in force when the term begins. */
import { isIsoDate, type IsoDate } from '@olly/kit/time';
import { z } from 'zod';

const date = z.string().refine(isIsoDate, 'a date is "YYYY-MM-DD"');
const rate = z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a rate is a fraction between 0 and 1 as text, for instance "0.12"');
const amount = z.string().regex(/^\d{1,12}(\.\d{1,2})?$/, 'an amount is a plain decimal as text');

const tax = z
  .strictObject({ name: z.string().min(1).max(80), rate, region: z.string().min(1).max(20).optional(), from: date, to: date.optional() })
  .refine((one) => one.to === undefined || one.from < one.to, { message: 'ends after it begins', path: ['to'] });

export const marketDocument = z.strictObject({
  taxes: z.array(tax),
  coolingOffDays: z.int().min(0).max(60),
  usesNpi: z.boolean(),
  /** Keys of questions that every version sold here must ask, and whose answers are required. */
  requiredFields: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'the key of a question')).max(50).optional(),
  timeZone: z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'an IANA time zone'),
  outOfPocketMaximums: z.record(z.string().regex(/^\d{4}$/), z.strictObject({ person: amount, family: amount })).optional(),
});
export type MarketDocument = z.infer<typeof marketDocument>;

/** The yearly maximum for versions that come into force in a year: that year's, or the latest one known before it. */
export function outOfPocketMaximum({ outOfPocketMaximums = {} }: MarketDocument, day: IsoDate): { readonly year: number; readonly person: string; readonly family: string } | undefined {
  const year = Object.keys(outOfPocketMaximums).sort().filter((known) => known <= day.slice(0, 4)).at(-1);
  return year === undefined ? undefined : { year: Number(year), ...(outOfPocketMaximums[year] as { person: string; family: string }) };
}
