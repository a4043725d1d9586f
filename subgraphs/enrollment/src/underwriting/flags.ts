/**
 * What flags mean, and what an evaluation changes about them. Approve outweighs block and decline, never reject; block and decline hold until an underwriter lifts them. A lifted
 * flag stays lifted when its rule says the same again; a rule that no longer says it takes its flag back, but for a reject, which is for ever. Pure.
 */
import type { UnderwritingFlagRow } from '../mappers.ts';
import type { RuleOutcome } from '../ports/policyAdmin.ts';
import type { UnderwritingOutcome } from '../quote/quote.ts';
import { AUTHORITY_EXCEEDED } from './authority.ts';

export type FlagType = UnderwritingFlagRow['flag_type'];
type Flag = Pick<UnderwritingFlagRow, 'flag_type' | 'cleared_at' | 'withdrawn_at'> & { readonly value?: string };

/** The broker has no authority for so large a premium. */
export const isAuthority = ({ flag_type, value }: Pick<Flag, 'flag_type' | 'value'>): boolean => flag_type === 'BLOCK' && value === AUTHORITY_EXCEEDED;

/** Where flags leave a quote. */
export function decide(flags: readonly Flag[]): UnderwritingOutcome {
  const standing = flags.filter((flag) => flag.withdrawn_at === null && flag.cleared_at === null);
  const holds = (type: FlagType) => standing.some((flag) => flag.flag_type === type);
  if (holds('REJECT')) return 'REJECTED';
  if (standing.some(isAuthority)) return 'REFERRED';
  if (holds('APPROVE')) return 'UNDERWRITTEN';
  if (holds('DECLINE')) return 'DECLINED';
  return holds('BLOCK') ? 'REFERRED' : 'UNDERWRITTEN';
}

export interface FlagToRaise {
  readonly flagType: FlagType;
  readonly value: string;
  /** `<rule set>/<rule>`. */
  readonly ruleId: string;
}
export interface FlagChanges {
  readonly raise: readonly FlagToRaise[];
  /** Ids of flags whose rule no longer says so. */
  readonly withdraw: readonly string[];
}

/** What the rules' answers change about the flags that a quote has. Flags that people raised stay. */
export function flagChanges(existing: readonly UnderwritingFlagRow[], outcomes: readonly RuleOutcome[]): FlagChanges {
  const said = outcomes.flatMap(({ matched, action, rule, ruleSet }) => (matched && action ? [{ flagType: action.flag.toUpperCase() as FlagType, value: action.value, ruleId: `${ruleSet}/${rule}` }] : []));
  const standing = existing.filter((flag) => flag.withdrawn_at === null);
  const isSame = (flag: UnderwritingFlagRow, one: FlagToRaise) => flag.rule_id === one.ruleId && flag.flag_type === one.flagType && flag.value === one.value;
  return {
    raise: said.filter((one) => !standing.some((flag) => isSame(flag, one))),
    withdraw: standing.filter((flag) => flag.rule_id !== null && flag.flag_type !== 'REJECT' && !said.some((one) => isSame(flag, one))).map((flag) => flag.id),
  };
}
