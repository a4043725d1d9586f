/**
 * Benefit limits. What a plan ALLOWS (amounts before the cost share, units, visits) is limited before it; what it PAYS is limited last of all. What is over a limit
 * is the member's (PR-119) and never counts towards the out-of-pocket maximum. A limit's period is the claim, the calendar year or the policy's term.
 */
import { type Money, min, money, ofMinor, ratio, subtract, times } from '@olly/kit/money';
import type { Balances } from './balances.ts';
import { coverDate } from './cover.ts';
import type { Accumulator, Basis, BenefitLimit, Benefits, LineFacts, Network } from './facts.ts';
import type { Visits } from './visits.ts';
import type { Worksheet } from './worksheet.ts';

const basisOf = ({ measure, basis }: BenefitLimit): Basis | null => (measure === 'AMOUNT' ? (basis ?? 'PAID') : null);

/** A limit per claim has no accumulator at eligibility; the claim itself is its period. */
function ofClaim(line: LineFacts, network: Network, limit: BenefitLimit): Accumulator {
  const basis = basisOf(limit);
  return {
    key: `${CLAIM_PREFIX}${line.coverageTermKey}/${network}/${limit.measure}/${basis ?? '-'}`,
    type: limit.measure,
    level: 'PERSON',
    network,
    coverageTermKey: line.coverageTermKey,
    basis,
    period: 'POLICY_PERIOD',
    limit: limit.value,
    used: '0',
    version: 0,
  };
}
const CLAIM_PREFIX = 'claim/';

/** True for what only this claim counts; such movements are not eligibility's. */
export const isOfClaim = (key: string): boolean => key.startsWith(CLAIM_PREFIX);

/** The accumulator of a limit; undefined when eligibility has not answered one. */
function accumulatorOf(line: LineFacts, network: Network, limit: BenefitLimit): Accumulator | undefined {
  if (limit.period === 'CLAIM') return ofClaim(line, network, limit);
  const basis = basisOf(limit);
  return line.cover.accumulators.find(
    (one) =>
      one.type === limit.measure &&
      one.network === network &&
      one.period === limit.period &&
      one.coverageTermKey === line.coverageTermKey &&
      one.basis === basis,
  );
}

/** A limit that the plan names and eligibility does not know: a person looks, nothing is guessed. */
export const isLimitUnknown = (line: LineFacts, network: Network, benefits: Benefits): boolean =>
  (benefits.limits ?? []).some((limit) => accumulatorOf(line, network, limit) === undefined);

const over = (sheet: Worksheet, amount: Money, limit: BenefitLimit): void =>
  sheet.adjust('LIMIT', 'PR', '119', amount, {
    measure: limit.measure,
    ...(basisOf(limit) && { basis: basisOf(limit) as string }),
    limit: limit.value,
    period: limit.period,
  });

function limitUnits(sheet: Worksheet, accumulator: Accumulator, limit: BenefitLimit, balances: Balances): void {
  const left = balances.left(accumulator);
  const units = BigInt(sheet.units);
  const payable = units < left ? units : left;
  balances.take(accumulator, payable, sheet.line.number, coverDate(sheet.line));
  if (payable === units) return;
  over(sheet, subtract(sheet.rest, times(sheet.rest, ratio(payable, units))), limit);
  sheet.units = Number(payable);
}

/** A visit counts once, however many lines it has. */
function limitVisits(sheet: Worksheet, accumulator: Accumulator, limit: BenefitLimit, balances: Balances, visits: Visits): void {
  if (visits.isKnown(sheet.line, accumulator.key)) return;
  if (balances.left(accumulator) === 0n) {
    over(sheet, sheet.rest, limit);
    return;
  }
  balances.take(accumulator, 1n, sheet.line.number, coverDate(sheet.line));
  visits.remember(sheet.line, accumulator.key);
}

function limitAmount(sheet: Worksheet, accumulator: Accumulator, limit: BenefitLimit, balances: Balances): void {
  const within = min(sheet.rest, ofMinor(balances.left(accumulator), sheet.currency));
  balances.take(accumulator, within.minor, sheet.line.number, coverDate(sheet.line));
  over(sheet, subtract(sheet.rest, within), limit);
}

/** Limits of what is allowed, before any cost share. A line over them entirely is denied. */
export function applyAllowedLimits(sheet: Worksheet, benefits: Benefits, balances: Balances, visits: Visits): void {
  for (const limit of benefits.limits ?? []) {
    const accumulator = accumulatorOf(sheet.line, sheet.network as Network, limit);
    if (!accumulator || sheet.rest.minor === 0n) continue;
    if (limit.measure === 'UNITS') limitUnits(sheet, accumulator, limit, balances);
    else if (limit.measure === 'VISITS') limitVisits(sheet, accumulator, limit, balances, visits);
    else if (basisOf(limit) === 'ALLOWED') limitAmount(sheet, accumulator, limit, balances);
  }
}

/** Limits of what the plan pays, after everything else. */
export function applyPaidLimits(sheet: Worksheet, benefits: Benefits, balances: Balances): void {
  for (const limit of benefits.limits ?? []) {
    if (limit.measure !== 'AMOUNT' || basisOf(limit) !== 'PAID') continue;
    const accumulator = accumulatorOf(sheet.line, sheet.network as Network, limit);
    if (accumulator) limitAmount(sheet, accumulator, limit, balances);
  }
}

/** How much of a tier's measure has been used before this line: visits, or amounts, of the same service. */
export function usedBefore(line: LineFacts, network: Network, by: 'VISITS' | 'AMOUNT', balances: Balances): bigint {
  let most = 0n;
  for (const one of line.cover.accumulators) {
    if (one.type !== by || one.network !== network || one.coverageTermKey !== line.coverageTermKey) continue;
    const used = balances.used(one);
    if (used > most) most = used;
  }
  return most;
}

/** A tier's threshold in the same unit. */
export const tierFrom = (by: 'VISITS' | 'AMOUNT', from: string, currency: string): bigint =>
  by === 'VISITS' ? BigInt(from.split('.')[0] as string) : money(from, currency).minor;
