/**
 * What a market asks of claims and authorisations: days to file and to appeal, hours to decide, and from when on claims wait for an unpaid premium. Staff configure it; the
 * rules here are those that the service is shipped with. A claim of a market that nobody knows is treated by the market of its currency.
 */
import { Refused } from '@olly/kit/errors';
import { addMonths, type IsoDate } from '@olly/kit/time';
import { z } from 'zod';

const days = z.int().min(1).max(3_660);
const hours = z.int().min(1).max(8_784);
export const marketRules = z.object({
  filingDays: days,
  appealLevels: z.int().min(0).max(9),
  appealDays: days,
  standardHours: hours,
  expeditedHours: hours,
  extensionHours: hours,
  graceHeldAfterMonths: z.int().min(1).max(12).nullable(),
});
export type MarketRules = z.infer<typeof marketRules>;

const CLOCKS = { standardHours: 7 * 24, expeditedHours: 72, extensionHours: 14 * 24 };
const SHIPPED: Readonly<Record<string, MarketRules>> = {
  // a grace of three months, as premium subsidies bring it: claims after the first month wait
  US: { filingDays: 365, appealLevels: 2, appealDays: 180, ...CLOCKS, graceHeldAfterMonths: 1 },
  UK: { filingDays: 180, appealLevels: 1, appealDays: 183, ...CLOCKS, graceHeldAfterMonths: null },
};
const OTHERS: MarketRules = { filingDays: 365, appealLevels: 1, appealDays: 180, ...CLOCKS, graceHeldAfterMonths: null };
const MARKET_OF: Readonly<Record<string, string>> = { USD: 'US', GBP: 'UK' };

export type ConfiguredRules = Readonly<Record<string, MarketRules>>;

/** The rules of a market: as configured, else as shipped. */
export function rulesOf(configured: ConfiguredRules, market: string | null, currency?: string): MarketRules {
  const code = market ?? (currency ? MARKET_OF[currency] : undefined) ?? '';
  return configured[code] ?? SHIPPED[code] ?? OTHERS;
}

/** Checks rules as they are saved. Throws `Refused` RULES_INVALID naming the field. */
export function readRules(market: string, rules: unknown): MarketRules {
  if (!/^[A-Z]{2}$/.test(market)) throw new Refused('RULES_INVALID', 'market: two capital letters.', 'market');
  const read = marketRules.safeParse(rules);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refused('RULES_INVALID', `${issue?.path.join('.')}: ${issue?.message}`, issue?.path.join('.'));
}

/** A premium that is unpaid and in grace. */
export interface Grace {
  readonly due_date: IsoDate;
  readonly grace_until: IsoDate;
}

/** The days of service whose claims wait for a premium; null when none do. A grace that is shorter holds nothing. */
export function heldByGrace(grace: Grace | null, { graceHeldAfterMonths }: MarketRules): { readonly from: IsoDate; readonly until: IsoDate } | null {
  if (!grace || graceHeldAfterMonths === null) return null;
  const from = addMonths(grace.due_date, graceHeldAfterMonths);
  return from < grace.grace_until ? { from, until: grace.grace_until } : null;
}
