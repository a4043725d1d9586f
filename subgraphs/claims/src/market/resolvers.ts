/** Doormen of markets' rules, and of the reason codes that a user imports. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { importReasonCodes } from '../reason/import.ts';
import type { Context } from '../context.ts';
import { readRules, rulesOf } from './rules.ts';
import { configuredRules, saveRules } from './store.ts';

export const marketResolvers = {
  Query: {
    claimRules: async (_parent, { market }, { pool }) => {
      const configured = await configuredRules(pool);
      return configured[market] || market === 'US' || market === 'UK' ? { market, ...rulesOf(configured, market) } : null;
    },
  },
  Mutation: {
    saveClaimRules: (_parent, { input: { market, ...given } }, ctx) =>
      refusable('ClaimRefusal', async () => {
        const rules = readRules(market, { ...given, graceHeldAfterMonths: given.graceHeldAfterMonths ?? null });
        await saveRules(ctx, market, rules);
        return { market, ...rules };
      }),
    importReasonCodes: (_parent, { input }, ctx) => refusable('ClaimRefusal', () => importReasonCodes(ctx, input)),
  },
  ClaimRulesResult: resultOf('ClaimRules'),
  ReasonCodesResult: resultOf('ImportedReasonCodes'),
} satisfies Resolvers<Context>;
