/** Doormen of commissions. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { type Connection, listPage, type PageArgs, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { CommissionRow } from '../mappers.ts';
import { recalculateCommissions } from './recalculate.ts';

type Filter = { readonly status?: CommissionRow['status'] | null; readonly kind?: CommissionRow['kind'] | null } | null | undefined;

/** A page of commissions within a condition, narrowed by filter and row rules. */
export async function commissionPage({ prisma, ability, loaders }: Context, within: object, filter: Filter, page: PageArgs): Promise<Connection<CommissionRow>> {
  const where = { AND: [(await ability()).where('commissions'), within, filter?.status ? { status: filter.status } : {}, filter?.kind ? { kind: filter.kind } : {}] };
  return listPage<CommissionRow>(prisma.commissions, where, page, (ids) => loaders.commissionById.loadMany(ids));
}

export const commissionResolvers = {
  Query: {
    commission: (_parent, { locator }, { loaders }) => loaders.commissionByLocator.load(locator),
    commissions: (_parent, { filter, ...page }, ctx) => commissionPage(ctx, {}, filter, page),
  },
  Mutation: { recalculateCommissions: (_parent, { input }, ctx) => refusable('BrokerRefusal', async () => ({ corrections: await recalculateCommissions(ctx, input) })) },
  Commission: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.commissionById.load(reference.id) : loaders.commissionByLocator.load((reference as { locator: string }).locator)),
    base: (row) => money(row.base_amount, row.currency),
    amount: (row) => money(row.amount, row.currency),
    policy: (row) => ({ locator: row.policy_locator }),
    broker: (row, _args, { loaders }) => loaders.brokerByLocator.load(row.broker_locator),
  },
  Policy: {
    __resolveReference: (reference) => reference as { locator: string },
    commissions: async (policy, _args, { loaders, ability }) => {
      const who = await ability();
      return (await loaders.commissionsOfPolicy.load(policy.locator)).filter((row) => who.sees('commissions', row));
    },
  },
  RecalculateCommissionsResult: resultOf('RecalculatedCommissions'),
} satisfies Resolvers<Context>;
