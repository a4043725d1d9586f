/**
 * The explanation of benefits: for each line charged = adjustments + what the plan pays + what the member owes, exactly. Adjustments are what nobody pays, for instance
 * what a provider may not charge. Pure; refuses figures that do not add up rather than print them.
 */
import { add, amountOf, equals, isNegative, type Money, money, subtract, sum } from '@olly/kit/money';
import { amountText, headOf, type Setting } from './setting.ts';

export type ClaimOutcome = 'APPROVED' | 'PARTIALLY_APPROVED' | 'DENIED' | 'PAID';

/** An amount that the plan does not pay, with who bears it (`PR`: the member) and why. */
export interface Adjustment {
  readonly group: string;
  readonly reasonCode: string;
  readonly reason: string;
  readonly amount: string;
}

export interface ExplainedLine {
  readonly number: number;
  readonly claimed: string;
  readonly planPays: string;
  readonly memberOwes: string;
  /** What was done, for instance `99213 on 2 March 2026`. */
  readonly description?: string | null;
  /** Why, as the decision stored it; without it the line still adds up. */
  readonly adjustments?: readonly Adjustment[];
}

export interface Explanation {
  readonly claim: string;
  /** Null when none is known. */
  readonly policy: string | null;
  readonly outcome: ClaimOutcome;
  readonly currency: string;
  readonly lines: readonly ExplainedLine[];
}

const OUTCOMES: Readonly<Record<ClaimOutcome, string>> = {
  APPROVED: 'Your claim was approved.',
  PARTIALLY_APPROVED: 'Your claim was approved in part.',
  DENIED: 'Your claim was denied.',
  PAID: 'Your claim was paid.',
};

export interface Shares {
  readonly charged: Money;
  readonly adjustments: Money;
  readonly planPays: Money;
  readonly memberOwes: Money;
}

const MEMBER = 'PR';

/** The four amounts of a line. Throws when plan and member together take more than was charged, or the stored reasons say other sums. */
export function sharesOf(line: ExplainedLine, currency: string): Shares {
  const [charged, planPays, memberOwes] = [line.claimed, line.planPays, line.memberOwes].map((text) => money(text, currency)) as [Money, Money, Money];
  const adjustments = subtract(charged, add(planPays, memberOwes));
  if (isNegative(adjustments)) throw new RangeError(`line ${line.number}: plan and member take more than was charged`);
  if (line.adjustments) {
    const given = (isMember: boolean) => sum((line.adjustments ?? []).filter((one) => (one.group === MEMBER) === isMember).map((one) => money(one.amount, currency)), currency);
    if (!equals(given(true), memberOwes) || !equals(given(false), adjustments)) throw new RangeError(`line ${line.number}: the reasons do not sum to what was decided`);
  }
  return { charged, adjustments, planPays, memberOwes };
}

export function explanationModel(setting: Setting, { claim, policy, outcome, currency, lines }: Explanation) {
  const shares = lines.map((line) => sharesOf(line, currency));
  const show = (amount: Money) => amountText(setting.market, currency, amountOf(amount));
  const shown = (share: Shares) => ({ charged: show(share.charged), adjustments: show(share.adjustments), planPays: show(share.planPays), memberOwes: show(share.memberOwes) });
  const reason = (one: Adjustment) => `${one.group}-${one.reasonCode} ${amountText(setting.market, currency, one.amount)}: ${one.reason}`;
  const total = (part: keyof Shares) => sum(shares.map((share) => share[part]), currency);
  return {
    ...headOf(setting, 'Explanation of benefits'),
    claim: {
      locator: claim,
      policy,
      outcome: OUTCOMES[outcome],
      lines: lines.map((line, i) => ({ number: line.number, description: line.description ?? null, reasons: (line.adjustments ?? []).map(reason), ...shown(shares[i] as Shares) })),
      total: shown({ charged: total('charged'), adjustments: total('adjustments'), planPays: total('planPays'), memberOwes: total('memberOwes') }),
    },
  };
}
