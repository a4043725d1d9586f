/** Doormen of what claims asks for, and of what its reversals leave to be looked at. */
import { badInput } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { listPage } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { AccumulatorReviewRow } from '../mappers.ts';
import { confirmAccumulators, releaseAccumulators, reserveAccumulators } from './commands.ts';
import { coverForClaim } from './snapshot.ts';

const LINES_MAX = 1_000;

export const reservationResolvers = {
  Query: {
    coverForClaim: (_parent, { input }, { pool }) => {
      if (input.services.length > LINES_MAX) throw badInput(`services: at most ${LINES_MAX}`, 'services');
      return isId(input.partyId) && isId(input.policyId) ? coverForClaim(pool, input) : null;
    },
    accumulatorReviews: (_parent, page, { prisma, loaders }) => listPage<AccumulatorReviewRow>(prisma.accumulator_reviews, {}, page, (ids) => loaders.reviewById.loadMany(ids)),
  },
  Mutation: {
    reserveAccumulators: (_parent, { input }, ctx) => reserveAccumulators(ctx, input),
    confirmAccumulators: (_parent, { claim }, ctx) => confirmAccumulators(ctx, claim),
    releaseAccumulators: (_parent, { claim }, ctx) => releaseAccumulators(ctx, claim),
  },
  AccumulatorReview: {
    claim: (review) => ({ locator: review.claim_locator }),
    reversedClaim: (review) => ({ locator: review.reversed_claim }),
  },
} satisfies Resolvers<Context>;
