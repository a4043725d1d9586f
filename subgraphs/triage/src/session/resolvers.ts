/** Doormen of triage. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { TriageSessionRow } from '../mappers.ts';
import { abandonTriage, answerTriage, startTriage } from './commands.ts';

const REFUSAL = 'TriageRefusal';

export const sessionResolvers = {
  Query: {
    triageSession: (_parent, { locator }, { loaders }) => loaders.sessionByLocator.load(locator),
    triageSessions: async (_parent, page, { prisma, ability, loaders }) => listPage<TriageSessionRow>(prisma.sessions, (await ability()).where('sessions'), page, (ids) => loaders.sessionById.loadMany(ids)),
  },
  Mutation: {
    startTriage: (_parent, { input }, ctx) => refusable(REFUSAL, () => startTriage(ctx, input)),
    answerTriage: (_parent, { input }, ctx) => refusable(REFUSAL, () => answerTriage(ctx, input)),
    abandonTriage: (_parent, { input }, ctx) => refusable(REFUSAL, () => abandonTriage(ctx, input.session)),
  },
  TriageSession: {
    __resolveReference: (reference, { loaders }) => loaders.sessionByLocator.load((reference as { locator: string }).locator),
    level: (session) => session.severity,
    turns: (session, _args, { loaders }) => loaders.turnsOfSession.load(session.id),
    openQuestion: async (session, _args, { loaders }) => {
      const last = (await loaders.turnsOfSession.load(session.id)).at(-1);
      return session.status === 'IN_PROGRESS' && last?.question_key ? last : null;
    },
    party: (session) => ({ locator: session.party_locator }),
  },
  Party: {
    __resolveReference: (reference) => reference as { locator: string },
    triageSessions: (party, args, { loaders }) => loaders.sessionsOfParty.load(party.locator, args),
  },
  TriageResult: resultOf('TriageSession'),
} satisfies Resolvers<Context>;
