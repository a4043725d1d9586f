/**
 * What a part of a term costs. f(d) is the elapsed share of the term at date d (kit: `elapsedShare`); the price of [x, y) at full-term price P is R(P·f(y)) − R(P·f(x)). A line's
 * term is a chain of segments, each with its own full-term price; a change charges the segments after less the segments before. So the pennies of a term depend on
 * what holds when, never on the order in which it was told. Pure.
 */
import { type Money, ONE_RATIO, ratioOf, subtract, subtractRatios, sum, times } from '@olly/kit/money';
import { elapsedShare, type IsoDate, type ProrationBasis, type Term } from '@olly/kit/time';

/** A full-term price that holds for a part of the term. */
export interface Segment {
  readonly from: IsoDate;
  readonly to: IsoDate;
  readonly price: Money;
}
export interface Measure {
  readonly term: Term;
  readonly basis: ProrationBasis;
}

/** R(P·f(to)) − R(P·f(from)). */
export function priceOfSegment({ from, to, price }: Segment, { term, basis }: Measure): Money {
  const until = (date: IsoDate): Money => times(price, elapsedShare(term, date, basis));
  return subtract(until(to), until(from));
}

export const priceOfSegments = (segments: readonly Segment[], measure: Measure, currency: string): Money => sum(segments.map((one) => priceOfSegment(one, measure)), currency);

/** What a change costs; negative for what it gives back. */
export const chargeOf = (before: readonly Segment[], after: readonly Segment[], measure: Measure, currency: string): Money =>
  subtract(priceOfSegments(after, measure, currency), priceOfSegments(before, measure, currency));

/** The segments up to a day. */
export const until = (segments: readonly Segment[], day: IsoDate): Segment[] =>
  segments.filter(({ from }) => from < day).map((one) => (day < one.to ? { ...one, to: day } : one));

/** R(unearned × (1 − rate)): what a short-rate cancellation gives back; the rest is premium earned at once. */
export const shortRateRefund = (unearned: Money, rate: string): Money => times(unearned, subtractRatios(ONE_RATIO, ratioOf(rate)));

