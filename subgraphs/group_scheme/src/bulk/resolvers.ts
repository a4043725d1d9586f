/** Doormen of bulk enrolments. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { startBulk, stepBulk } from './commands.ts';

const REFUSAL = 'SchemeRefusal';

export const bulkResolvers = {
  Query: {
    bulkEnrollmentJob: (_parent, { locator }, { loaders }) => loaders.jobByLocator.load(locator),
  },
  Mutation: {
    startBulkEnrollment: (_parent, { input }, ctx) => refusable(REFUSAL, () => startBulk(ctx, input)),
    pauseBulkEnrollment: (_parent, { input }, ctx) => refusable(REFUSAL, () => stepBulk(ctx, input.locator, 'pause')),
    resumeBulkEnrollment: (_parent, { input }, ctx) => refusable(REFUSAL, () => stepBulk(ctx, input.locator, 'resume')),
    cancelBulkEnrollment: (_parent, { input }, ctx) => refusable(REFUSAL, () => stepBulk(ctx, input.locator, 'cancel')),
  },
  BulkEnrollmentJob: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.jobById.load(reference.id) : loaders.jobByLocator.load((reference as { locator: string }).locator)),
    scheme: (job, _args, { loaders }) => loaders.schemeById.load(job.scheme_id),
    succeeded: (job) => job.processed - job.failed_count,
  },
  BulkEnrollmentJobResult: resultOf('BulkEnrollmentJob'),
} satisfies Resolvers<Context>;
