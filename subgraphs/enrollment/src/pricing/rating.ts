/**
 * The price of a term: per element and insured person, base × rating factors, rounded once after all factors (R), at the age on the term's first day; then tax per rate on
 * the whole premium, and fees, which are not taxed. Everything stays exact until it is rounded. Pure; what it answers is what the customer reads. Commands price quotes,
 * renewals and changes with it.
 */
import { Refused } from '@olly/kit/errors';
import { amountOf, type Money, money, multiplyRatios, ratio, ratioOf, subtract, sum, times } from '@olly/kit/money';
import { ageOn, type IsoDate } from '@olly/kit/time';
import type { PremiumTax, ProductTerms, RatingFactor } from '../ports/policyAdmin.ts';

export interface RatedFactor {
  readonly name: string;
  readonly by: string;
  readonly factor: string;
}

/** Kept as JSON with the quote: amounts are decimal text in `currency`. */
export interface PriceLine {
  readonly elementType: string;
  readonly party: string;
  readonly age: number;
  readonly base: string;
  readonly factors: readonly RatedFactor[];
  readonly premium: string;
}
export interface TaxLine {
  readonly name: string;
  readonly rate: string;
  readonly base: string;
  readonly amount: string;
}
export interface FeeLine {
  readonly name: string;
  readonly amount: string;
}
export interface PriceBreakdown {
  readonly currency: string;
  readonly lines: readonly PriceLine[];
  readonly taxes: readonly TaxLine[];
  readonly fees: readonly FeeLine[];
  readonly premium: string;
  readonly tax: string;
  readonly feesTotal: string;
  readonly total: string;
}

export interface PricingInput {
  readonly terms: Pick<ProductTerms, 'currency' | 'rating'>;
  readonly elements: readonly { readonly type: string; readonly insured: readonly string[] }[];
  readonly people: readonly { readonly party: string; readonly birth: IsoDate }[];
  readonly region: string | null;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly from: IsoDate;
  readonly taxes: readonly PremiumTax[];
}

const unrated = (what: string, field: string) => new Refused('REGION_NOT_RATED', what, field);

/** Looks one factor up. A person or place that the table does not know has no price: refused, never taken as 1. */
function lookUp(rating: RatingFactor, age: number, { region, answers }: PricingInput): RatedFactor {
  const { name } = rating;
  if (rating.by === 'age') {
    const band = rating.table.find(({ from, to }) => from <= age && age < to);
    if (!band) throw new Refused('AGE_NOT_RATED', `The product has no price for the age of ${age}.`, 'insured');
    return { name, by: String(age), factor: band.factor };
  }
  if (rating.by === 'region') {
    const factor = region !== null && Object.hasOwn(rating.table, region) ? rating.table[region] : undefined;
    if (factor === undefined) throw unrated(`The product is rated for ${Object.keys(rating.table).join(', ')} only.`, 'region');
    return { name, by: region as string, factor };
  }
  const answer = answers[rating.field];
  const key = answer === undefined ? '' : String(answer);
  const factor = Object.hasOwn(rating.table, key) ? rating.table[key] : undefined;
  if (factor === undefined) throw new Refused('ANSWER_NOT_RATED', `The price needs an answer to ${rating.field} that the product has a rate for.`, `answers.${rating.field}`);
  return { name, by: key, factor };
}

/** R(base × factors): one rounding after all factors. 3,600.00 × 1.10 × 1.12 = 4,435.20. */
export const rate = (base: Money, factors: readonly { readonly factor: string }[]): Money => times(base, multiplyRatios(ratio(1), ...factors.map(({ factor }) => ratioOf(factor))));

/** The taxes in force on the term's first day where the risk is: those of the whole market and those of the region. */
export const taxesOf = (taxes: readonly PremiumTax[], from: IsoDate, region: string | null): PremiumTax[] =>
  taxes.filter((one) => one.from <= from && (one.to == null || from < one.to) && (one.region == null || one.region === region));

/** Tax of a change: R(rate × premium after) − R(rate × premium before), so that a term's taxes add up to R(rate × its premium), whatever happened in between. */
export const taxOn = (before: Money, after: Money, taxRate: string): Money => subtract(times(after, ratioOf(taxRate)), times(before, ratioOf(taxRate)));

/** Prices a full term. Throws `Refused` AGE_NOT_RATED, REGION_NOT_RATED or ANSWER_NOT_RATED. */
export function price(input: PricingInput): PriceBreakdown {
  const { terms, elements, people, from, region } = input;
  const { currency, rating } = terms;
  const lines = elements.flatMap(({ type, insured }) =>
    insured.map((party): PriceLine & { readonly money: Money } => {
      const birth = people.find((one) => one.party === party)?.birth as IsoDate;
      // Born within the term, and insured from birth: rated as a newborn.
      const age = Math.max(0, ageOn(birth, from));
      const factors = rating.factors.map((factor) => lookUp(factor, age, input));
      const base = money(rating.base[type] as string, currency);
      const premium = rate(base, factors);
      return { elementType: type, party, age, base: amountOf(base), factors, premium: amountOf(premium), money: premium };
    }),
  );
  const premium = sum(lines.map((line) => line.money), currency);
  const none = money('0', currency);
  const taxes = taxesOf(input.taxes, from, region).map((one) => ({ name: one.name, rate: one.rate, money: taxOn(none, premium, one.rate) }));
  const tax = sum(taxes.map((one) => one.money), currency);
  const fees = rating.fees.map((fee) => ({ name: fee.name, money: money(fee.amount, currency) }));
  const feesTotal = sum(fees.map((one) => one.money), currency);
  return {
    currency,
    lines: lines.map(({ money: _, ...line }) => line),
    taxes: taxes.map((one) => ({ name: one.name, rate: one.rate, base: amountOf(premium), amount: amountOf(one.money) })),
    fees: fees.map((one) => ({ name: one.name, amount: amountOf(one.money) })),
    premium: amountOf(premium),
    tax: amountOf(tax),
    feesTotal: amountOf(feesTotal),
    total: amountOf(sum([premium, tax, feesTotal], currency)),
  };
}

/** One line in words: `3600.00 × 1.10 (Age 35) × 1.12 (Area NY) = 4435.20`. */
export const explain = ({ base, factors, premium }: PriceLine): string => [base, ...factors.map(({ name, by, factor }) => `× ${factor} (${name} ${by})`), `= ${premium}`].join(' ');
