/**
 * Delegated authority: up to an annual premium net of tax a broker binds without asking. What is above it is referred like a block of the rules, with one difference: no approving rule
 * outweighs it, only an underwriter's clearing does. Pure.
 */
import type { Money } from '@olly/kit/money';
import type { RuleOutcome } from '../ports/policyAdmin.ts';

export const AUTHORITY_EXCEEDED = 'AUTHORITY_EXCEEDED';
const MONTHS_A_YEAR = 12n;

/** Is a term's premium, taken for a year, above the limit? Without a limit everything is; a limit in another currency is none. */
export function isAboveAuthority(premium: Money, termMonths: number, limit: Money | null): boolean {
  if (limit === null || limit.currency !== premium.currency) return true;
  return premium.minor * MONTHS_A_YEAR > limit.minor * BigInt(termMonths);
}

/** The limit as the rules' answers are read: one more rule, which matches when it is passed. */
export const authorityOutcome = (isAbove: boolean): RuleOutcome => ({
  rule: 'Delegated authority',
  ruleSet: 'Broker',
  matched: isAbove,
  action: isAbove ? { flag: 'block', value: AUTHORITY_EXCEEDED } : null,
});
