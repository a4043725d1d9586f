/**
 * A copay: a fixed amount that the member bears per line, unit, visit, day or stay (PR-3). Of a shared one each line bears what is still owed, up to what is left
 * of the line; the rest spills to the next line of the same visit.
 */
import { type Money, money, ratio, times } from '@olly/kit/money';
import type { CostShareStep } from './facts.ts';
import type { Visits } from './visits.ts';
import type { Worksheet } from './worksheet.ts';

export type Copay = Extract<CostShareStep, { step: 'COPAY' }>;

/** What this line owes of the copay, before it is held against what is left of the line. */
export function copayOwed(sheet: Worksheet, { amount, per }: Copay, visits: Visits): Money {
  const fixed = money(amount, sheet.currency);
  if (per === 'LINE') return fixed;
  if (per === 'UNIT') return times(fixed, ratio(sheet.units));
  return visits.copayLeft(sheet.line, per, fixed);
}
