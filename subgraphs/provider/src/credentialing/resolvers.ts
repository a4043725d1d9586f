/** Doormen of credentialing. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { CredentialingRequestRow } from '../mappers.ts';
import { approveCredentialing, rejectCredentialing, reviewCredentialing, submitCredentialing, withdrawCredentialing } from './commands.ts';

const REFUSAL = 'CredentialingRefusal';

export const credentialingResolvers = {
  Query: {
    credentialingRequest: (_parent, { locator }, { loaders }) => loaders.requestByLocator.load(locator),
    credentialingRequests: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const wanted = { ...(filter?.status && { status: filter.status }), ...(filter?.provider && { provider_locator: filter.provider }) };
      const where = { AND: [(await ability()).where('credentialing_requests'), wanted] };
      return listPage<CredentialingRequestRow>(prisma.credentialing_requests, where, page, (ids) => loaders.requestById.loadMany(ids));
    },
  },
  Mutation: {
    submitCredentialing: (_parent, { input }, ctx) => refusable(REFUSAL, () => submitCredentialing(ctx, input)),
    reviewCredentialing: (_parent, { input }, ctx) => refusable(REFUSAL, () => reviewCredentialing(ctx, input)),
    approveCredentialing: (_parent, { input }, ctx) => refusable(REFUSAL, async () => approveCredentialing(ctx, input)),
    rejectCredentialing: (_parent, { input }, ctx) => refusable(REFUSAL, async () => rejectCredentialing(ctx, input)),
    withdrawCredentialing: (_parent, { input }, ctx) => refusable(REFUSAL, () => withdrawCredentialing(ctx, input)),
  },
  Provider: {
    credentialing: async (provider, _args, { loaders, ability }) => {
      const [who, requests] = await Promise.all([ability(), loaders.requestsOfProvider.load(provider.id)]);
      return requests.filter((request) => who.sees('credentialing_requests', request));
    },
  },
  CredentialingRequest: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.requestById.load(reference.id) : loaders.requestByLocator.load((reference as { locator: string }).locator),
    provider: (request, _args, { loaders }) => loaders.providerById.load(request.provider_id),
  },
  CredentialingResult: resultOf('CredentialingRequest'),
} satisfies Resolvers<Context>;
