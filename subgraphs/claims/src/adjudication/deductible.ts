/**
 * The deductible: the member bears charges until it is met (PR-1). With an embedded family deductible a member's own cap and the family's both count, whichever
 * is met first; with an aggregate one the family's alone. Where networks count across, what is borne in one is credited to the other, up to what is left there.
 */
import { type Money, zero } from '@olly/kit/money';
import type { Balances } from './balances.ts';
import { coverDate } from './cover.ts';
import type { Accumulator, LineFacts, Network } from './facts.ts';

/** The accumulators of a kind that limit a line. */
export const accumulatorsOf = (line: LineFacts, type: Accumulator['type'], network: Network): Accumulator[] =>
  line.cover.accumulators.filter((one) => one.type === type && one.network === network && one.coverageTermKey === null);

/** Those that it moves: its own network's, and the other's when the plan counts across. */
export function movedBy(line: LineFacts, type: Accumulator['type'], network: Network): Accumulator[] {
  const { cross } = line.cover;
  const isAcross = cross === 'BOTH' || (cross === 'OUT_TO_IN' && network === 'OUT');
  const own = accumulatorsOf(line, type, network);
  return isAcross ? [...own, ...accumulatorsOf(line, type, network === 'IN' ? 'OUT' : 'IN')] : own;
}

/** What is left of the deductible for this line; zero when the plan has none in this network. */
export const deductibleLeft = (line: LineFacts, network: Network, balances: Balances): Money =>
  balances.leastLeft(accumulatorsOf(line, 'DEDUCTIBLE', network)) ?? zero(balances.currency);

/** Credits an amount to the deductible. */
export function creditDeductible(line: LineFacts, network: Network, amount: Money, balances: Balances): void {
  for (const one of movedBy(line, 'DEDUCTIBLE', network)) balances.take(one, amount.minor, line.number, coverDate(line));
}
