/**
 * What a policy earns its broker, and what is taken back when it ends early. Pure. A commission is a share of premium net of tax and fees, rounded once for each transaction;
 * it is earned month by month over the agreed months, whole months only. A cancellation takes back what is not yet earned; within cooling-off everything.
 */
import { negate, type Money, ratio, ratioOf, subtract, sum, times } from '@olly/kit/money';
import { type IsoDate, wholeMonths } from '@olly/kit/time';

/** R(premium × rate); negative for returned premium, at the rate given. */
export const commissionOf = (premium: Money, rate: string): Money => times(premium, ratioOf(rate));

export interface Earned {
  readonly amount: Money;
  /** First day of the period in which it is earned. */
  readonly from: IsoDate;
  /** Months over which it is earned. */
  readonly months: number;
}

/** The part of a commission that is earned by a day: R(amount × whole months gone / months), at most all of it. */
export function earnedBy({ amount, from, months }: Earned, day: IsoDate): Money {
  const gone = Math.min(Math.max(wholeMonths(from, day), 0), months);
  return times(amount, ratio(gone, months));
}

/** What a cancellation takes back, as a negative amount: what of each commission is not earned by the day; everything within cooling-off. */
export function clawback(commissions: readonly Earned[], day: IsoDate, isCoolingOff: boolean, currency: string): Money {
  const total = sum(commissions.map(({ amount }) => amount), currency);
  if (isCoolingOff) return negate(total);
  return subtract(sum(commissions.map((one) => earnedBy(one, day)), currency), total);
}
