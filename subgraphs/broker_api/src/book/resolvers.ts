/** Doormen of the book of business. */
import { money } from '@olly/kit/money';
import { listPage } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { BookPolicyRow } from '../mappers.ts';

export const bookResolvers = {
  Broker: {
    book: async (broker, { filter, ...page }, { prisma, ability, loaders }) => {
      const where = { AND: [(await ability()).where('book_policies'), { broker_locator: broker.locator }, filter?.status ? { status: filter.status } : {}] };
      return listPage<BookPolicyRow>(prisma.book_policies, where, page, (ids) => loaders.bookPolicyById.loadMany(ids));
    },
    bookSummary: async (broker, _args, { loaders }) => {
      const sums = await loaders.bookSums.load(broker.locator);
      return { ...sums, premium: money(sums.premium, broker.currency) };
    },
  },
  BookPolicy: {
    policy: (row) => ({ locator: row.policy_locator }),
    holder: (row) => ({ locator: row.holder_party_locator }),
    premium: (row) => money(row.premium, row.currency),
    commissions: async (row, _args, { loaders, ability }) => {
      const who = await ability();
      return (await loaders.commissionsOfPolicy.load(row.policy_locator)).filter((one) => who.sees('commissions', one));
    },
  },
} satisfies Resolvers<Context>;
