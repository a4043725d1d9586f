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

/** A row of a policy's commission, as it stands. */
export interface CommissionLine {
  readonly kind: 'ACCRUAL' | 'CLAWBACK' | 'REINSTATEMENT' | 'RECALCULATION';
  readonly base: Money;
  readonly amount: Money;
  readonly earned: Pick<Earned, 'from' | 'months'>;
  readonly on: IsoDate;
  readonly isFlat: boolean;
}

/** What an agreement pays for an accrual. */
export type Terms = { readonly rate: string } | { readonly flat: Money };

/**
 * What the lines of one policy would come to under other terms: accruals from a day on at the new terms, a clawback and its reinstatement following from them. What was taken back whole, within
 * cooling-off, is so again. Less what stands now, that is the correction.
 */
export function recalculated(lines: readonly CommissionLine[], from: IsoDate, terms: Terms, currency: string): Money {
  const target: Earned[] = [];
  const standing: Money[] = [];
  let taken: Money | undefined;
  for (const line of lines) {
    let amount = line.amount;
    if (line.kind === 'RECALCULATION') amount = sum([], currency);
    else if (line.kind === 'CLAWBACK') {
      const isWhole = sum(standing, currency).minor === -line.amount.minor;
      amount = clawback(target, line.on, isWhole, currency);
      taken = amount;
    } else if (line.kind === 'REINSTATEMENT') amount = taken ? negate(taken) : line.amount;
    else if (line.on >= from) amount = 'rate' in terms ? commissionOf(line.base, terms.rate) : line.isFlat || line.base.minor > 0n ? terms.flat : sum([], currency);
    target.push({ amount, ...line.earned });
    standing.push(line.amount);
  }
  return subtract(sum(target.map(({ amount }) => amount), currency), sum(standing, currency));
}
