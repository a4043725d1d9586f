/** The policy schedule: what is covered, for whom, from when to when, and what it costs. Pure. */
import { amountOf, money, sum } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import { amountText, dateText, headOf, type Setting } from './setting.ts';

interface Limit {
  readonly person: string;
  readonly family?: string | null;
}

export interface ScheduledElement {
  readonly name: string;
  /** Names of those covered. */
  readonly insured: readonly string[];
  readonly deductible: Limit | null;
  readonly outOfPocket: Limit | null;
  readonly coverageTerms: readonly string[];
}

export interface PolicyToPrint {
  readonly policy: string;
  readonly productName: string;
  readonly currency: string;
  readonly term: { readonly from: IsoDate; readonly to: IsoDate };
  readonly elements: readonly ScheduledElement[];
  readonly charges: readonly { readonly category: string; readonly amount: string }[];
}

const CATEGORIES: readonly (readonly [string, string])[] = [['PREMIUM', 'Premium'], ['TAX', 'Tax'], ['FEE', 'Fees']];

export function scheduleModel(setting: Setting, policy: PolicyToPrint) {
  const { market } = setting;
  const { currency } = policy;
  const show = (amount: string) => amountText(market, currency, amount);
  const limit = (of: Limit | null) => of && { person: show(of.person), family: of.family ? show(of.family) : null };
  const total = (charges: PolicyToPrint['charges']) => show(amountOf(sum(charges.map((charge) => money(charge.amount, currency)), currency)));
  const byCategory = CATEGORIES.map(([category, description]) => ({ description, charges: policy.charges.filter((charge) => charge.category === category) }));
  return {
    ...headOf(setting, 'Policy schedule'),
    policy: {
      locator: policy.policy,
      product: policy.productName,
      from: dateText(market, policy.term.from),
      to: dateText(market, policy.term.to),
      elements: policy.elements.map((element) => ({ ...element, deductible: limit(element.deductible), outOfPocket: limit(element.outOfPocket) })),
      charges: byCategory.filter(({ charges }) => charges.length > 0).map(({ description, charges }) => ({ description, amount: total(charges) })),
      total: total(policy.charges),
    },
  };
}
