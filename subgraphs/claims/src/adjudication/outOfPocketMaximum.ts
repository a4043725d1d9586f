/**
 * The out-of-pocket maximum: no deduction takes the member above what is left of it, and none of the lines of one claim together do. A person's cap always counts,
 * the family's beside it. Deductible, copay and coinsurance of covered lines count; a balance bill and what is over a limit do not.
 */
import { atLeastZero, type Money, subtract } from '@olly/kit/money';
import { atMost, type Balances } from './balances.ts';
import { coverDate } from './cover.ts';
import { accumulatorsOf, movedBy } from './deductible.ts';
import type { LineFacts, Network } from './facts.ts';

/** The part of a deduction that the member still has to bear: never more than what is left of the cap, less what this line has borne already. */
export const withinMaximum = (deduction: Money, left: Money | null, borne: Money): Money => atMost(deduction, left && atLeastZero(subtract(left, borne)));

/** What is left of the cap; null when the plan has none in this network. */
export const capLeft = (line: LineFacts, network: Network, balances: Balances): Money | null =>
  balances.leastLeft(accumulatorsOf(line, 'OUT_OF_POCKET', network));

/** Counts what the member bears towards the maximum. */
export function creditMaximum(line: LineFacts, network: Network, amount: Money, balances: Balances): void {
  for (const one of movedBy(line, 'OUT_OF_POCKET', network)) balances.take(one, amount.minor, line.number, coverDate(line));
}
