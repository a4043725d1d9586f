/** Doormen of brokers. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { commissionPage } from '../commission/resolvers.ts';
import type { Context } from '../context.ts';
import type { BrokerRow } from '../mappers.ts';
import { authorityOn } from './broker.ts';
import { configureBroker, restoreAuthority, withdrawAuthority } from './commands.ts';

export const brokerResolvers = {
  Query: {
    myBroker: (_parent, _args, { identity, loaders }) => (identity.actsFor.broker ? loaders.brokerByLocator.load(identity.actsFor.broker) : null),
    broker: (_parent, { locator }, { loaders }) => loaders.brokerByLocator.load(locator),
    brokers: async (_parent, page, { prisma, ability, loaders }) =>
      listPage<BrokerRow>(prisma.broker_configs, (await ability()).where('broker_configs'), page, (ids) => loaders.brokerById.loadMany(ids)),
    brokerAuthority: async (_parent, { broker: locator, date }, { loaders }) => {
      const broker = await loaders.brokerByLocator.load(locator);
      return broker && { broker: locator, ...authorityOn(broker, date) };
    },
  },
  Mutation: {
    configureBroker: (_parent, { input }, ctx) => refusable('BrokerRefusal', () => configureBroker(ctx, input)),
    restoreAuthority: (_parent, { input }, ctx) => refusable('BrokerRefusal', () => restoreAuthority(ctx, input)),
    withdrawAuthority: (_parent, { input }, ctx) => refusable('BrokerRefusal', () => withdrawAuthority(ctx, input)),
  },
  Broker: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.brokerById.load(reference.id) : loaders.brokerByLocator.load((reference as { locator: string }).locator)),
    party: (broker) => ({ locator: broker.party_locator }),
    flatCommission: (broker) => (broker.flat_commission === null ? null : money(broker.flat_commission, broker.currency)),
    delegatedAuthorityLimit: (broker) => money(broker.delegated_authority_limit, broker.currency),
    commissions: (broker, { filter, ...page }, ctx) => commissionPage(ctx, { broker_locator: broker.locator }, filter, page),
    commissionBalance: async (broker, _args, { loaders }) => money((await loaders.balanceOfBroker.load(broker.locator)) ?? '0', broker.currency),
  },
  ConfigureBrokerResult: resultOf('Broker'),
} satisfies Resolvers<Context>;
