/** Doormen of markets. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { MarketProfileRow } from '../mappers.ts';
import { saveMarketProfile } from './commands.ts';

export const marketResolvers = {
  Query: {
    marketProfile: (_parent, { marketCode }, { loaders }) => loaders.market.load(marketCode),
    marketProfiles: async (_parent, _args, { pool }) => (await pool.query<MarketProfileRow>('SELECT * FROM policy_admin.market_profiles ORDER BY market_code')).rows,
  },
  Mutation: { saveMarketProfile: (_parent, { input }, ctx) => refusable('ProductRefusal', () => saveMarketProfile(ctx, input)) },
  MarketProfile: {
    __resolveReference: (reference, { loaders }) => loaders.market.load((reference as { marketCode: string }).marketCode),
    taxes: ({ document }) => document.taxes,
    coolingOffDays: ({ document }) => document.coolingOffDays,
    usesNpi: ({ document }) => document.usesNpi,
    timeZone: ({ document }) => document.timeZone,
    outOfPocketMaximums: ({ document, currency }) =>
      Object.entries(document.outOfPocketMaximums ?? {})
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([year, { person, family }]) => ({ year: Number(year), person: money(person, currency), family: money(family, currency) })),
  },
  MarketProfileResult: resultOf('MarketProfile'),
} satisfies Resolvers<Context>;
