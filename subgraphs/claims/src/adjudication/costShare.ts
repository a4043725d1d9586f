/**
 * The member's cost share: copay, deductible and coinsurance in the order that the plan's `steps` list, never an order of the code's. Each step takes the least of
 * its amount, what is left of the line, and what is left of the out-of-pocket maximum; the next works on the rest. A tier, reached by visits or by an
 * amount used before this line, brings steps of its own.
 */
import { add, amountOf, compare, isPositive, type Money, min, subtract, zero } from '@olly/kit/money';
import type { Balances } from './balances.ts';
import { coinsurance } from './coinsurance.ts';
import { copayOwed } from './copay.ts';
import { creditDeductible, deductibleLeft } from './deductible.ts';
import type { Benefits, CostShareStep, Network } from './facts.ts';
import { tierFrom, usedBefore } from './limits.ts';
import { capLeft, withinMaximum } from './outOfPocketMaximum.ts';
import type { Visits } from './visits.ts';
import type { Worksheet } from './worksheet.ts';

/** What a step asks of the member, with its reason code: PR-1 deductible, PR-2 coinsurance, PR-3 copay. */
export interface Share {
  readonly rule: CostShareStep['step'];
  readonly reason: '1' | '2' | '3';
  readonly amount: Money;
  readonly because: Readonly<Record<string, string>>;
}

/** The steps of the highest tier that has been reached; without one, the plan's. */
export function stepsFor(sheet: Worksheet, { steps, tiers }: Benefits, balances: Balances): readonly CostShareStep[] {
  const reached = (tiers ?? [])
    .map((tier) => ({ tier, from: tierFrom(tier.by, tier.from, sheet.currency) }))
    .filter(({ tier, from }) => usedBefore(sheet.line, sheet.network as Network, tier.by, balances) >= from)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  return reached.at(-1)?.tier.steps ?? steps;
}

/** What a step would take from a line of which `rest` is left, before the cap. */
function asked(
  step: CostShareStep,
  sheet: Worksheet,
  rest: Money,
  balances: Balances,
  visits: Visits,
): { amount: Money; reason: Share['reason']; because: Share['because'] } {
  switch (step.step) {
    case 'COPAY':
      return { amount: copayOwed(sheet, step, visits), reason: '3', because: { amount: step.amount, per: step.per } };
    case 'DEDUCTIBLE': {
      const left = deductibleLeft(sheet.line, sheet.network as Network, balances);
      return { amount: left, reason: '1', because: { left: amountOf(left) } };
    }
    case 'COINSURANCE':
      return { amount: coinsurance(rest, step.rate), reason: '2', because: { rate: step.rate, of: amountOf(rest) } };
  }
}

/** The shares of one line, as if there were no other insurance. Credits the deductible; the maximum is credited with what the member bears in the end. */
export function costShares(sheet: Worksheet, benefits: Benefits, balances: Balances, visits: Visits): Share[] {
  const { line, currency } = sheet;
  const network = sheet.network as Network;
  const cap = capLeft(line, network, balances);
  const shares: Share[] = [];
  let rest = sheet.rest;
  let borne = zero(currency);
  for (const step of stepsFor(sheet, benefits, balances)) {
    const { amount: wanted, reason, because } = asked(step, sheet, rest, balances, visits);
    const deduction = min(wanted, rest);
    const amount = withinMaximum(deduction, cap, borne);
    if (compare(amount, deduction) < 0) sheet.note('OUT_OF_POCKET_MAXIMUM', subtract(deduction, amount), { step: step.step });
    if (!isPositive(amount)) continue;
    shares.push({ rule: step.step, reason, amount, because });
    rest = subtract(rest, amount);
    borne = add(borne, amount);
    const feedsDeductible = step.step === 'DEDUCTIBLE' || (step.step === 'COPAY' && line.cover.term?.copayFeedsDeductible === true);
    if (feedsDeductible) creditDeductible(line, network, amount, balances);
    if (step.step === 'COPAY' && step.per !== 'LINE' && step.per !== 'UNIT') visits.copayTaken(line, step.per, amount);
  }
  return shares;
}
