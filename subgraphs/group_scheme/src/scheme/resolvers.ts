/** Doormen of schemes. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { SchemeMemberRow, SchemeRow } from '../mappers.ts';
import { createScheme, stepScheme } from './commands.ts';

const REFUSAL = 'SchemeRefusal';

export const schemeResolvers = {
  Query: {
    scheme: (_parent, { locator }, { loaders }) => loaders.schemeByLocator.load(locator),
    schemes: async (_parent, page, { prisma, ability, loaders }) => listPage<SchemeRow>(prisma.schemes, (await ability()).where('schemes'), page, (ids) => loaders.schemeById.loadMany(ids)),
  },
  Mutation: {
    createScheme: (_parent, { input }, ctx) => refusable(REFUSAL, () => createScheme(ctx, input)),
    activateScheme: (_parent, { input }, ctx) => refusable(REFUSAL, () => stepScheme(ctx, input.locator, 'activate')),
    closeScheme: (_parent, { input }, ctx) => refusable(REFUSAL, () => stepScheme(ctx, input.locator, 'close')),
  },
  Scheme: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.schemeById.load(reference.id) : loaders.schemeByLocator.load((reference as { locator: string }).locator)),
    employer: (scheme) => ({ locator: scheme.employer_party_locator }),
    account: (scheme) => ({ locator: scheme.account_locator }),
    members: async (scheme, { filter, ...page }, { prisma, ability, loaders }) => {
      const where = { AND: [(await ability()).where('scheme_members'), { scheme_id: scheme.id }, filter?.status ? { status: filter.status } : {}] };
      return listPage<SchemeMemberRow>(prisma.scheme_members, where, page, (ids) => loaders.memberById.loadMany(ids));
    },
    activeMembers: (scheme, _args, { loaders }) => loaders.activeMembers.load(scheme.id),
    bulkEnrollmentJobs: (scheme, page, { loaders }) => loaders.jobsOfScheme.load(scheme.id, page),
  },
  SchemeResult: resultOf('Scheme'),
} satisfies Resolvers<Context>;
