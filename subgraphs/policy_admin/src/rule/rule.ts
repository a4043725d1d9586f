/**
 * The rules' language and what a set answers. Conditions are CEL, the Common Expression Language: no loops but over what is given, no I/O, bounded in size; checked for
 * syntax and types when they are saved. Evaluation is pure: facts in, an outcome for each rule out, in order of priority.
 */
import { Environment } from '@marcbachmann/cel-js';
import { Refused } from '@olly/kit/errors';
import { z } from 'zod';
import type { RuleSetType } from '../mappers.ts';

const flag = z.strictObject({ flag: z.enum(['approve', 'info', 'block', 'decline', 'reject']), value: z.string().min(1).max(80) });
const anything = z.record(z.string(), z.unknown());
export type RuleAction = Readonly<Record<string, unknown>>;

/** What a rule that cannot be evaluated leads to: somebody has to look. */
export const RULE_FAILED: RuleAction = { flag: 'block', value: 'RULE_FAILED' };

const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 16 };
const CONDITION_CHARACTERS_MAX = 2_000;

/** The facts that each type of set may speak of. Amounts and premiums are decimals as `double`: they are compared here, never added up. */
const VARIABLES: Readonly<Record<RuleSetType, Readonly<Record<string, string>>>> = {
  UNDERWRITING: { insured: 'list<map>', answers: 'map', region: 'string', premium: 'double', elements: 'list<string>', effectiveFrom: 'string', channel: 'string' },
  ELIGIBILITY: { insured: 'list<map>', answers: 'map', region: 'string', effectiveFrom: 'string' },
  PRICING: { insured: 'list<map>', answers: 'map', region: 'string', elements: 'list<string>', effectiveFrom: 'string' },
  ADJUDICATION: { lines: 'list<map>', claimed: 'double', network: 'string', serviceDate: 'string', answers: 'map' },
};

const environments = new Map<RuleSetType, Environment>();
function environmentOf(type: RuleSetType): Environment {
  let environment = environments.get(type);
  if (!environment) {
    environment = new Environment({ limits: LIMITS, unlistedVariablesAreDyn: false });
    for (const [name, kind] of Object.entries(VARIABLES[type])) environment.registerVariable(name, kind);
    environments.set(type, environment);
  }
  return environment;
}

/** Checks one rule as it is saved. Throws `Refused` RULE_INVALID naming the rule and the fault. */
export function checkRule(type: RuleSetType, rule: { name: string; condition: string; action: unknown }, field: string): RuleAction {
  const refuse = (what: string): never => {
    throw new Refused('RULE_INVALID', `The rule "${rule.name.slice(0, 60)}": ${what}`, field);
  };
  if (rule.condition.length > CONDITION_CHARACTERS_MAX) refuse(`the condition is longer than ${CONDITION_CHARACTERS_MAX} characters.`);
  const { valid, type: answer, error } = environmentOf(type).check(rule.condition);
  if (!valid) refuse(String(error?.message ?? 'the condition is not valid.').split('\n')[0] ?? '');
  if (answer !== 'bool' && answer !== 'dyn') refuse(`the condition answers ${answer}, not yes or no.`);
  const parsed = (type === 'UNDERWRITING' ? flag : anything).safeParse(rule.action);
  if (!parsed.success) return refuse(`action: ${parsed.error.issues[0]?.message ?? 'invalid'}.`);
  return parsed.data;
}

/** CEL counts whole numbers as int: JSON's numbers become big integers where the variable is not a double. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(celValue);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, celValue(one)]));
  return value;
}

function factsFor(type: RuleSetType, facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(VARIABLES[type]).map(([name, kind]) => {
      const value = facts[name];
      if (kind === 'double') return [name, Number(value ?? 0)];
      if (kind === 'string') return [name, typeof value === 'string' ? value : ''];
      return [name, celValue(value ?? (kind.startsWith('list') ? [] : {}))];
    }),
  );
}

export interface RuleToAsk {
  readonly ruleSet: string;
  readonly name: string;
  readonly condition: string;
  readonly action: RuleAction;
}

export interface RuleOutcome {
  readonly rule: string;
  readonly ruleSet: string;
  readonly matched: boolean;
  readonly action: RuleAction | null;
  readonly error: string | null;
}

/** Asks each rule in the given order. A condition that fails (a missing answer, a wrong type) counts as matched with RULE_FAILED: never silently as "no". */
export function evaluateRules(type: RuleSetType, rules: readonly RuleToAsk[], facts: Readonly<Record<string, unknown>>): RuleOutcome[] {
  const values = factsFor(type, facts);
  return rules.map(({ ruleSet, name, condition, action }) => {
    try {
      const answer = environmentOf(type).evaluate(condition, values);
      if (typeof answer !== 'boolean') return { rule: name, ruleSet, matched: true, action: RULE_FAILED, error: 'NOT_YES_OR_NO' };
      return { rule: name, ruleSet, matched: answer, action: answer ? action : null, error: null };
    } catch {
      return { rule: name, ruleSet, matched: true, action: RULE_FAILED, error: 'CANNOT_BE_EVALUATED' };
    }
  });
}
