/** Doormen of consents. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { ConsentChangeRow, ConsentRecordRow } from '../mappers.ts';
import { changeConsent } from './commands.ts';
import { consentsOf } from './states.ts';

const REFUSAL = 'ConsentRefusal';

export const consentResolvers = {
  Query: {
    consents: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const chosen = {
        ...(filter?.partyLocator && { party_locator: filter.partyLocator }),
        ...(filter?.consentType && { consent_type: filter.consentType }),
        ...(filter?.granted != null && { granted: filter.granted }),
      };
      const where = { AND: [(await ability()).where('consent_records'), chosen] };
      return listPage<ConsentRecordRow>(prisma.consent_records, where, page, (ids) => loaders.recordById.loadMany(ids));
    },
    consentHistory: async (_parent, { partyLocator, ...page }, { prisma, ability, loaders }) => {
      const where = { AND: [(await ability()).where('consent_audit'), { party_locator: partyLocator }] };
      return listPage<ConsentChangeRow>(prisma.consent_audit, where, page, (ids) => loaders.changeById.loadMany(ids));
    },
    consentsOf: (_parent, { partyLocators, types }, { pool }) => consentsOf(pool, partyLocators, types),
  },
  Mutation: {
    grantConsent: (_parent, { input }, ctx) => refusable(REFUSAL, () => changeConsent(ctx, true, input)),
    withdrawConsent: (_parent, { input }, ctx) => refusable(REFUSAL, () => changeConsent(ctx, false, input)),
  },
  ConsentRecord: {
    __resolveReference: ({ id }, { loaders }) => loaders.recordById.load(id),
    party: (record) => ({ locator: record.party_locator }),
  },
  Party: {
    consents: async ({ locator }, _args, { ability, loaders }) =>
      (await ability()).sees('consent_records', { party_locator: locator }) ? loaders.recordsOfParty.load(locator) : [],
  },
  ConsentResult: resultOf('ConsentRecord'),
} satisfies Resolvers<Context>;
