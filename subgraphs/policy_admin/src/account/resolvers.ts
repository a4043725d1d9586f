/** Doormen of accounts. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { AccountRow } from '../mappers.ts';
import { openAccount } from './commands.ts';

export const accountResolvers = {
  Query: {
    account: (_parent, { locator }, { loaders }) => loaders.accountByLocator.load(locator),
    accounts: async (_parent, page, { prisma, ability, loaders }) =>
      listPage<AccountRow>(prisma.accounts, (await ability()).where('accounts'), page, (ids) => loaders.accountById.loadMany(ids)),
  },
  Mutation: { openAccount: (_parent, { input }, ctx) => refusable('PartyRefusal', () => openAccount(ctx, input)) },
  Account: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.accountById.load(reference.id) : loaders.accountByLocator.load((reference as { locator: string }).locator)),
    market: (account, _args, { loaders }) => loaders.market.load(account.market_code),
    holder: (account, _args, { loaders }) => loaders.partyById.load(account.holder_party_id),
  },
  OpenAccountResult: resultOf('Account'),
} satisfies Resolvers<Context>;
