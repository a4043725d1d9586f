/** Saving a rule set of a draft, and asking the rules of a version while keeping what was asked and answered. */
import { notFound, Refused } from '@olly/kit/errors';
import { transaction } from '@olly/kit/postgres';
import type { Context } from '../context.ts';
import type { ProductVersionRow, RuleSetType } from '../mappers.ts';
import { insertAudit } from '../party/store.ts';
import { lockDraft } from '../product/commands.ts';
import { checkRule, evaluateRules, type RuleOutcome } from './rule.ts';
import { insertEvaluations, replaceRuleSet, rulesOf } from './store.ts';

export interface SaveRuleSetInput {
  readonly productVersionId: string;
  readonly name: string;
  readonly ruleSetType: RuleSetType;
  readonly rules: readonly { readonly name: string; readonly condition: string; readonly action: unknown; readonly priority?: number | null }[];
}

const PRIORITY_DEFAULT = 100;

export async function saveRuleSet(ctx: Context, { productVersionId, name, ruleSetType, rules }: SaveRuleSetInput): Promise<ProductVersionRow> {
  if (name.trim() === '') throw new Refused('FIELD_MISSING', 'name: not empty.', 'name');
  const twice = rules.find((rule, index) => rules.findIndex((other) => other.name === rule.name) !== index);
  if (twice) throw new Refused('RULE_INVALID', `The rule "${twice.name.slice(0, 60)}" is there twice.`, 'rules');
  const checked = rules.map((rule, index) => ({ name: rule.name, condition: rule.condition, action: checkRule(ruleSetType, rule, `rules[${index}]`), priority: rule.priority ?? PRIORITY_DEFAULT }));
  return transaction(ctx.pool, async (tx) => {
    const version = await lockDraft(tx, productVersionId);
    await replaceRuleSet(tx, ctx, version.id, name.trim(), ruleSetType, checked);
    await insertAudit(tx, ctx, { entity: 'PRODUCT_VERSION', entityId: version.id, command: 'save rules', actor: ctx.identity.subject });
    return version;
  });
}

export interface EvaluateRulesInput {
  readonly productVersionId: string;
  readonly ruleSetType: RuleSetType;
  readonly entityId: string;
  readonly facts: unknown;
}

/** Asks all sets of a type in order of priority and keeps one evaluation for each set, with its inputs. */
export async function evaluate(ctx: Context, { productVersionId, ruleSetType, entityId, facts }: EvaluateRulesInput): Promise<readonly RuleOutcome[]> {
  const version = await ctx.loaders.versionById.load(productVersionId);
  if (!version) throw notFound('The version');
  const rules = await rulesOf(ctx.pool, productVersionId, ruleSetType);
  const known = (facts ?? {}) as Record<string, unknown>;
  const outcomes = evaluateRules(ruleSetType, rules.map((rule) => ({ ruleSet: rule.rule_set, name: rule.name, condition: rule.condition, action: rule.action })), known);
  const sets = new Map(rules.map((rule) => [rule.rule_set_id, rule.rule_set]));
  const evaluations = [...sets].map(([id, name]) => ({ ruleSetId: id, result: outcomes.filter((outcome) => outcome.ruleSet === name) }));
  await transaction(ctx.pool, (tx) => insertEvaluations(tx, ctx, entityId, known, evaluations));
  return outcomes;
}
