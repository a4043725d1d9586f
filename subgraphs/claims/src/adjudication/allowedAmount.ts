/**
 * The allowed amount: the lesser of what is claimed and what the fee schedule gives for it on the service date. Without a schedule: in network a person must
 * look; outside it is the plan's own allowance, and where there is none, what is claimed. What is over is written off in network (CO-45) and is the member's
 * outside (PR-45); protected care is never balance billed.
 */
import { money, type Money, min, ratio, subtract, times } from '@olly/kit/money';
import type { Benefits, LineFacts } from './facts.ts';
import { isProtected, networkOf } from './network.ts';
import type { Worksheet } from './worksheet.ts';

/** Nobody knows what an in-network line is worth: no fee is agreed, and no adjuster has said. */
export const isFeeMissing = (line: LineFacts): boolean =>
  networkOf(line) === 'IN' && !isProtected(line) && line.provider?.fee == null && line.ruling?.allowed == null;

/** What the schedule or plan gives for a number of units; null when neither names an amount. */
function scheduled(
  { provider, ruling }: LineFacts,
  benefits: Benefits,
  outBenefits: Benefits | null,
  units: number,
  currency: string,
): { amount: Money; source: string } | null {
  if (ruling?.allowed != null) return { amount: money(ruling.allowed, currency), source: 'ADJUSTER' };
  const each = provider?.fee ?? (provider?.isInNetwork ? null : (benefits.allowance ?? outBenefits?.allowance ?? null));
  if (each === null) return null;
  return { amount: times(money(each, currency), ratio(units)), source: provider?.fee != null ? 'FEE_SCHEDULE' : 'PLAN_ALLOWANCE' };
}

export function applyAllowedAmount(sheet: Worksheet, benefits: Benefits): void {
  const { line, currency, network } = sheet;
  const schedule = scheduled(line, benefits, line.cover.term?.out ?? null, sheet.units, currency);
  sheet.allowed = schedule ? min(sheet.rest, schedule.amount) : sheet.rest;
  sheet.adjust('ALLOWED_AMOUNT', network === 'IN' ? 'CO' : 'PR', '45', subtract(sheet.rest, sheet.allowed), { source: schedule?.source ?? 'CLAIMED' });
  if (sheet.trace.at(-1)?.rule !== 'ALLOWED_AMOUNT') sheet.note('ALLOWED_AMOUNT', sheet.allowed, { source: schedule?.source ?? 'CLAIMED' });
}
