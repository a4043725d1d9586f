/** Doorman of the port that claims asks. */
import { badInput } from '@olly/kit/errors';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { standingOf } from './standing.ts';
import { standingsOn } from './store.ts';

const LINES_MAX = 1_000;

export const standingResolvers = {
  Query: {
    providersForClaim: async (_parent, { input }, { pool }) => {
      if (input.length > LINES_MAX) throw badInput(`input: at most ${LINES_MAX} lines`, 'input');
      const facts = await standingsOn(pool, input);
      return facts.map((fact, index) => ({ provider: input[index]?.provider ?? '', ...standingOf(fact) }));
    },
  },
} satisfies Resolvers<Context>;
