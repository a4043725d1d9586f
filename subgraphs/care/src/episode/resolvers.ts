/** Doormen of episodes. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { CareEpisodeRow } from '../mappers.ts';
import { closeEpisode, openEpisode } from './commands.ts';

/** Rows of an episode's children that the caller may see: a provider sees what is theirs. */
async function seen<R extends object>(ctx: Context, table: string, rows: Promise<R[]>): Promise<R[]> {
  const who = await ctx.ability();
  return (await rows).filter((row) => who.sees(table, row));
}

export const episodeResolvers = {
  Query: {
    episode: (_parent, { locator }, { loaders }) => loaders.episodeByLocator.load(locator),
    episodes: async (_parent, page, { prisma, ability, loaders }) => listPage<CareEpisodeRow>(prisma.episodes, (await ability()).where('episodes'), page, (ids) => loaders.episodeById.loadMany(ids)),
  },
  Mutation: {
    openEpisode: (_parent, { input }, ctx) => refusable('CareRefusal', () => openEpisode(ctx, input)),
    closeEpisode: (_parent, { input }, ctx) => refusable('CareRefusal', () => closeEpisode(ctx, input.locator)),
  },
  CareEpisode: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.episodeById.load(reference.id) : loaders.episodeByLocator.load((reference as { locator: string }).locator)),
    party: (episode) => ({ locator: episode.party_locator }),
    appointments: (episode, _args, ctx) => seen(ctx, 'appointments', ctx.loaders.appointmentsOfEpisode.load(episode.id)),
    prescriptions: (episode, _args, ctx) => seen(ctx, 'prescriptions', ctx.loaders.prescriptionsOfEpisode.load(episode.id)),
    referrals: (episode, _args, ctx) => seen(ctx, 'diagnostics_referrals', ctx.loaders.referralsOfEpisode.load(episode.id)),
  },
  Party: {
    __resolveReference: (reference) => reference as { locator: string },
    episodes: (party, args, { loaders }) => loaders.episodesOfParty.load(party.locator, args),
  },
  EpisodeResult: resultOf('CareEpisode'),
} satisfies Resolvers<Context>;
