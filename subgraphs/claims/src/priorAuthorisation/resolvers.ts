/** Doormen of prior authorisations. */
import { badInput, refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { PriorAuthorisationRow } from '../mappers.ts';
import {
  answerInfo,
  appealPriorAuthorisation,
  decidePriorAuthorisation,
  extendPriorAuthorisation,
  requestInfo,
  reviewPriorAuthorisation,
  revokePriorAuthorisation,
  submitPriorAuthorisation,
  withdrawPriorAuthorisation,
} from './commands.ts';
import { report } from './store.ts';

const REFUSAL = 'PriorAuthorisationRefusal';
const OPEN = ['SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPEALED'];

export const priorAuthorisationResolvers = {
  Query: {
    priorAuthorisation: (_parent, { locator }, { loaders }) => loaders.priorAuthorisationByLocator.load(locator),
    priorAuthorisations: async (_parent, { filter, ...page }, { prisma, ability, loaders, clock }) => {
      const wanted = {
        ...(filter?.status && { status: { in: [...filter.status] } }),
        ...(filter?.memberPartyId && { member_party_id: filter.memberPartyId }),
        ...(filter?.provider && { provider_locator: filter.provider }),
      };
      const overdue = filter?.isOverdue ? [{ status: { in: OPEN }, due_at: { lt: clock.now() } }] : [];
      const where = { AND: [(await ability()).where('prior_auths'), wanted, ...overdue] };
      return listPage<PriorAuthorisationRow>(prisma.prior_auths, where, page, (ids) => loaders.priorAuthorisationById.loadMany(ids));
    },
    priorAuthorisationReport: (_parent, { year }, { pool }) => {
      if (year < 2000 || year > 2200) throw badInput('year: between 2000 and 2200', 'year');
      return report(pool, year);
    },
  },
  Mutation: {
    submitPriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => submitPriorAuthorisation(ctx, input)),
    reviewPriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => reviewPriorAuthorisation(ctx, input)),
    requestPriorAuthorisationInfo: (_parent, { input }, ctx) => refusable(REFUSAL, () => requestInfo(ctx, input)),
    answerPriorAuthorisationInfo: (_parent, { input }, ctx) => refusable(REFUSAL, () => answerInfo(ctx, input)),
    extendPriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => extendPriorAuthorisation(ctx, input)),
    decidePriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => decidePriorAuthorisation(ctx, input)),
    withdrawPriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => withdrawPriorAuthorisation(ctx, input)),
    revokePriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => revokePriorAuthorisation(ctx, input)),
    appealPriorAuthorisation: (_parent, { input }, ctx) => refusable(REFUSAL, () => appealPriorAuthorisation(ctx, input)),
  },
  PriorAuthorisation: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id
        ? loaders.priorAuthorisationById.load(reference.id)
        : loaders.priorAuthorisationByLocator.load((reference as { locator: string }).locator),
    member: (row) => ({ id: row.member_party_id }),
    policy: (row) => ({ id: row.policy_id }),
    provider: (row) => ({ locator: row.provider_locator }),
    isExtended: (row) => row.extended_at !== null,
    isEscalated: (row) => row.escalated_at !== null,
  },
  PriorAuthorisationResult: resultOf('PriorAuthorisation'),
} satisfies Resolvers<Context>;
