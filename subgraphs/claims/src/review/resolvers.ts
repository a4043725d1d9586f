/** Doormen of what adjusters work through: queues, claims to look at again, batches. */
import { badInput, refusable } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { findBatch, queues, startBatch } from '../batch/store.ts';
import type { Context } from '../context.ts';
import type { ClaimReviewRow } from '../mappers.ts';
import { settleReview } from './store.ts';

export const workResolvers = {
  Query: {
    claimQueues: (_parent, _args, { pool }) => queues(pool),
    claimReviews: (_parent, page, { prisma, loaders }) =>
      listPage<ClaimReviewRow>(prisma.claim_reviews, { settled_at: null }, page, (ids) => loaders.reviewById.loadMany(ids), 'asc'),
    claimBatch: (_parent, { locator }, { pool }) => findBatch(pool, locator),
  },
  Mutation: {
    settleClaimReview: (_parent, { input }, ctx) => {
      if (!isId(input.review)) throw badInput('review: a UUID', 'review');
      return refusable('ClaimRefusal', () => settleReview(ctx, input));
    },
    startClaimBatch: (_parent, { input }, ctx) => refusable('ClaimRefusal', () => startBatch(ctx, input)),
  },
  ClaimReview: { claim: (row, _args, { loaders }) => loaders.claimById.load(row.claim_id) },
  ClaimBatch: { startedAt: (batch) => batch.created_at },
  ClaimReviewResult: resultOf('ClaimReview'),
  ClaimBatchResult: resultOf('ClaimBatch'),
} satisfies Resolvers<Context>;
