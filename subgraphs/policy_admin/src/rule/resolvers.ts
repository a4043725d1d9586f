/** Doormen of rules and their evaluations. */
import { badInput, refusable } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { listPage } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { RuleEvaluationRow } from '../mappers.ts';
import { evaluate, saveRuleSet } from './commands.ts';

export const ruleResolvers = {
  Query: {
    ruleEvaluations: (_parent, { entityId, ...page }, { prisma, loaders }) => {
      if (!isId(entityId)) throw badInput('entityId: a UUID', 'entityId');
      return listPage<RuleEvaluationRow>(prisma.rule_evaluations, { entity_id: entityId }, page, (ids) => loaders.evaluationById.loadMany(ids));
    },
  },
  Mutation: {
    saveRuleSet: (_parent, { input }, ctx) => refusable('ProductRefusal', () => saveRuleSet(ctx, input)),
    evaluateRules: (_parent, { input }, ctx) => evaluate(ctx, input),
  },
  RuleSet: { rules: (set, _args, { loaders }) => loaders.rulesOfSet.load(set.id) },
  RuleEvaluation: { ruleSet: (evaluation, _args, { loaders }) => loaders.ruleSetById.load(evaluation.rule_set_id) },
} satisfies Resolvers<Context>;
