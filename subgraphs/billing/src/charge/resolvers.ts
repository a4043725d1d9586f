/** Doormen of charges. */
import { listPage } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { byKey, type Context } from '../context.ts';
import { type ChargeRow, idFilter, moneyOf } from '../mappers.ts';

export const chargeResolvers = {
  Query: {
    charge: (_parent, { locator }, { loaders }) => loaders.chargeByLocator.load(locator),
    charges: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const account = filter?.account ? await loaders.accountByLocator.load(filter.account) : null;
      const wanted = {
        ...(filter?.account && { account_id: { in: account ? [account.id] : [] } }),
        ...(filter?.policyId && { policy_id: idFilter(filter.policyId) }),
        ...(filter?.status && { status: filter.status }),
        ...(filter?.category && { category: filter.category }),
      };
      const where = { AND: [(await ability()).where('charges'), wanted] };
      return listPage<ChargeRow>(prisma.charges, where, page, (ids) => loaders.chargeById.loadMany(ids));
    },
  },
  Charge: {
    __resolveReference: (reference, { loaders }) => byKey(reference, loaders.chargeById, loaders.chargeByLocator),
    amount: moneyOf,
    account: (charge, _args, { loaders }) => loaders.accountById.load(charge.account_id),
    policy: (charge, _args, { loaders }) => loaders.policyById.load(charge.policy_id),
    claim: (charge) => (charge.claim_id ? { id: charge.claim_id } : null),
    invoice: async (charge, _args, { loaders }) => {
      const held = await loaders.holderOfCharge.load(charge.id);
      return held ? loaders.invoiceById.load(held.invoice_id) : null;
    },
  },
} satisfies Resolvers<Context>;
