/** What other services ask: the facts of a quote, and how to address people. Both are for services only, so no row rule narrows them. */
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { PartyRow } from '../mappers.ts';

export const quotingResolvers = {
  Query: {
    quotingFacts: async (_parent, { productVersionId, accountLocator, partyLocators }, { loaders }) => {
      const [version, account, found] = await Promise.all([
        loaders.versionById.load(productVersionId),
        loaders.accountByLocator.load(accountLocator),
        loaders.partyByLocator.loadMany(partyLocators),
      ]);
      const parties = found.filter((party): party is PartyRow => party !== null && !(party instanceof Error));
      if (!account || version?.status !== 'PUBLISHED' || parties.length !== partyLocators.length) return null;
      const [holder, market] = await Promise.all([loaders.partyById.load(account.holder_party_id), loaders.market.load(account.market_code)]);
      return holder && market ? { version, account, holder, market, parties } : null;
    },
    contacts: async (_parent, { partyLocators }, { loaders }) => (await loaders.partyByLocator.loadMany(partyLocators)).map((party) => (party instanceof Error ? null : party)),
  },
  Contact: {
    partyId: (party) => party.id,
    partyLocator: (party) => party.locator,
    displayName: (party) => party.name,
  },
} satisfies Resolvers<Context>;
