/** Doormen of deletion requests. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { DeletionRequestRow } from '../mappers.ts';
import { moveDeletion, refuseDeletion, requestDeletion } from './commands.ts';

const REFUSAL = 'DeletionRefusal';

export const deletionResolvers = {
  Query: {
    deletionRequest: (_parent, { locator }, { loaders }) => loaders.deletionByLocator.load(locator),
    deletionRequests: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const chosen = {
        ...(filter?.status && { status: filter.status }),
        ...(filter?.partyLocator && { party_locator: filter.partyLocator }),
        ...(filter?.dueBy && { due_on: { lte: new Date(filter.dueBy) } }),
      };
      const where = { AND: [(await ability()).where('deletion_requests'), chosen] };
      return listPage<DeletionRequestRow>(prisma.deletion_requests, where, page, (ids) => loaders.deletionById.loadMany(ids));
    },
  },
  Mutation: {
    requestDeletion: (_parent, { input }, ctx) => refusable(REFUSAL, () => requestDeletion(ctx, input)),
    verifyDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => moveDeletion(ctx, 'verify', input.locator)),
    cancelDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => moveDeletion(ctx, 'cancel', input.locator)),
    refuseDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => refuseDeletion(ctx, input.locator, input.reason)),
  },
  DeletionRequest: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.deletionById.load(reference.id) : loaders.deletionByLocator.load((reference as { locator: string }).locator),
    party: (request) => ({ locator: request.party_locator }),
    history: (request, _args, { loaders }) => loaders.stepsOfDeletion.load(request.id),
  },
  Party: {
    __resolveReference: ({ locator }) => ({ locator }),
    deletionRequests: ({ locator }, args, { loaders }) => loaders.deletionsOfParty.load(locator, args),
  },
  DeletionRequestResult: resultOf('DeletionRequest'),
} satisfies Resolvers<Context>;
