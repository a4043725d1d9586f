/** Doormen of deletion requests. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { DeletionRequestRow } from '../mappers.ts';
import { extendDeletion, liftLegalHold, placeLegalHold, saveRetentionRule, startDeletion } from './officer.ts';
import { moveDeletion, refuseDeletion, requestDeletion } from './commands.ts';

const REFUSAL = 'DeletionRefusal';

export const deletionResolvers = {
  Query: {
    deletionRequest: (_parent, { locator }, { loaders }) => loaders.deletionByLocator.load(locator),
    legalHolds: async (_parent, { partyLocator }, { pool }) => (await pool.query('SELECT * FROM consent.legal_holds WHERE party_locator = $1 ORDER BY id DESC LIMIT 100', [partyLocator])).rows,
    retentionRules: async (_parent, _args, { pool }) => (await pool.query('SELECT * FROM consent.retention_rules ORDER BY data_class')).rows,
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
    startDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => startDeletion(ctx, input.locator)),
    extendDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => extendDeletion(ctx, input.locator)),
    placeLegalHold: (_parent, { input }, ctx) => refusable(REFUSAL, () => placeLegalHold(ctx, input.partyLocator, input.reason)),
    liftLegalHold: (_parent, { input }, ctx) => refusable(REFUSAL, () => liftLegalHold(ctx, input.id)),
    saveRetentionRule: (_parent, { input }, ctx) => refusable(REFUSAL, () => saveRetentionRule(ctx, input.dataClass, input.years)),
    cancelDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => moveDeletion(ctx, 'cancel', input.locator)),
    refuseDeletionRequest: (_parent, { input }, ctx) => refusable(REFUSAL, () => refuseDeletion(ctx, input.locator, input.reason)),
  },
  LegalHold: { party: (hold) => ({ locator: hold.party_locator }) },
  LegalHoldResult: resultOf('LegalHold'),
  RetentionRuleResult: resultOf('RetentionRule'),
  DeletionRequest: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.deletionById.load(reference.id) : loaders.deletionByLocator.load((reference as { locator: string }).locator),
    party: (request) => ({ locator: request.party_locator }),
    progress: (request, _args, { loaders }) => loaders.progressOfDeletion.load(request.id),
    certificate: (request, _args, { loaders }) => loaders.itemsOfDeletion.load(request.id),
    history: (request, _args, { loaders }) => loaders.stepsOfDeletion.load(request.id),
  },
  Party: {
    __resolveReference: ({ locator }) => ({ locator }),
    deletionRequests: ({ locator }, args, { loaders }) => loaders.deletionsOfParty.load(locator, args),
  },
  DeletionRequestResult: resultOf('DeletionRequest'),
} satisfies Resolvers<Context>;
