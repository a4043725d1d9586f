/**
 * The explanation of benefits: for each line charged = adjustments + what the plan pays + what the member owes, exactly. Adjustments are what nobody pays, for instance
 * what a provider may not charge. Pure; refuses figures that do not add up rather than print them.
 */
import { add, amountOf, isNegative, type Money, money, subtract, sum } from '@olly/kit/money';
import { amountText, headOf, type Setting } from './setting.ts';

export type ClaimOutcome = 'APPROVED' | 'PARTIALLY_APPROVED' | 'DENIED' | 'PAID';

export interface ExplainedLine {
  readonly number: number;
  readonly claimed: string;
  readonly planPays: string;
  readonly memberOwes: string;
  readonly description?: string | null;
  /** Why, one for each adjustment, for instance `CO-45: 70.00`. */
  readonly reasons?: readonly string[];
}

export interface Explanation {
  readonly claim: string;
  readonly policy: string;
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

/** The four amounts of a line. Throws when plan and member together take more than was charged: no adjustment is negative. */
export function sharesOf(line: ExplainedLine, currency: string): Shares {
  const [charged, planPays, memberOwes] = [line.claimed, line.planPays, line.memberOwes].map((text) => money(text, currency)) as [Money, Money, Money];
  const adjustments = subtract(charged, add(planPays, memberOwes));
  if (isNegative(adjustments)) throw new RangeError(`line ${line.number}: plan and member take more than was charged`);
  return { charged, adjustments, planPays, memberOwes };
}

export function explanationModel(setting: Setting, { claim, policy, outcome, currency, lines }: Explanation) {
  const shares = lines.map((line) => sharesOf(line, currency));
  const show = (amount: Money) => amountText(setting.market, currency, amountOf(amount));
  const shown = (share: Shares) => ({ charged: show(share.charged), adjustments: show(share.adjustments), planPays: show(share.planPays), memberOwes: show(share.memberOwes) });
  const total = (part: keyof Shares) => sum(shares.map((share) => share[part]), currency);
  return {
    ...headOf(setting, 'Explanation of benefits'),
    claim: {
      locator: claim,
      policy,
      outcome: OUTCOMES[outcome],
      lines: lines.map((line, i) => ({ number: line.number, description: line.description ?? null, reasons: line.reasons ?? [], ...shown(shares[i] as Shares) })),
      total: shown({ charged: total('charged'), adjustments: total('adjustments'), planPays: total('planPays'), memberOwes: total('memberOwes') }),
    },
  };
}
