/** Doormen of the directory. */
import { refusable } from '@olly/kit/errors';
import { connectionOf, pageOf, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { ProviderRow } from '../mappers.ts';
import { changeProviderStatus, registerProvider } from './commands.ts';
import { onDay } from './provider.ts';
import { searchIds } from './store.ts';

const REFUSAL = 'ProviderRefusal';

const statusOn = async ({ loaders }: Context, provider: ProviderRow, day: string) => onDay(await loaders.historyOfProvider.load(provider.id), day)[0]?.status ?? null;

export const directoryResolvers = {
  Query: {
    provider: (_parent, { locator }, { loaders }) => loaders.providerByLocator.load(locator),
    providerByNpi: (_parent, { npi }, { loaders }) => loaders.providerByNpi.load(npi),
    providers: async (_parent, { search, ...args }, { pool, clock, loaders }) => {
      const page = pageOf(args);
      const ids = await searchIds(pool, search ?? {}, clock.today(), page);
      const rows = await loaders.providerById.loadMany(ids.slice(0, page.first));
      const seen = rows.filter((row): row is ProviderRow => row !== null && !(row instanceof Error));
      return connectionOf(seen, seen.length > 0 && ids.length > page.first);
    },
  },
  Mutation: {
    registerProvider: (_parent, { input }, ctx) => refusable(REFUSAL, () => registerProvider(ctx, input)),
    suspendProvider: (_parent, { input }, ctx) => refusable(REFUSAL, () => changeProviderStatus(ctx, 'suspend', input)),
    reinstateProvider: (_parent, { input }, ctx) => refusable(REFUSAL, () => changeProviderStatus(ctx, 'reinstate', input)),
    terminateProvider: (_parent, { input }, ctx) => refusable(REFUSAL, () => changeProviderStatus(ctx, 'terminate', input)),
  },
  Provider: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.providerById.load(reference.id) : loaders.providerByLocator.load((reference as { locator: string }).locator),
    // one approved from a later day on is still pending today; the first day of all may lie ahead too
    networkStatus: async (provider, _args, ctx) => (await statusOn(ctx, provider, ctx.clock.today())) ?? 'PENDING',
    networkStatusOn: (provider, { date }, ctx) => statusOn(ctx, provider, date),
    statusHistory: (provider, _args, { loaders }) => loaders.historyOfProvider.load(provider.id),
    networks: async (provider, { date }, { loaders, clock }) => onDay(await loaders.networksOfProvider.load(provider.id), date ?? clock.today()),
    party: (provider) => ({ id: provider.party_id }),
  },
  Party: { provider: (party, _args, { loaders }) => loaders.providerByParty.load(party.id) },
  RegisterProviderResult: resultOf('Provider'),
  ProviderResult: resultOf('Provider'),
} satisfies Resolvers<Context>;
