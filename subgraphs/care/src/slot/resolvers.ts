/** Doormen of slots. */
import { badInput, refusable } from '@olly/kit/errors';
import { PAGE_MAX, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { closeSlot, holdSlot, publishSlots, releaseSlot } from './commands.ts';
import { statusAt } from './slot.ts';

const FIRST_DEFAULT = 20;

function firstOf(first: number | null | undefined): number {
  const wanted = first ?? FIRST_DEFAULT;
  if (wanted < 1 || wanted > PAGE_MAX) throw badInput(`first: between 1 and ${PAGE_MAX}`, 'first');
  return wanted;
}

export const slotResolvers = {
  Query: {
    freeSlots: (_parent, { provider, from, first }, { loaders, clock }) => loaders.freeSlots.load(provider, firstOf(first), from ? new Date(from) : clock.now()),
  },
  Mutation: {
    publishSlots: (_parent, { input }, ctx) => refusable('CareRefusal', async () => ({ slots: await publishSlots(ctx, input) })),
    closeSlot: (_parent, { input }, ctx) => refusable('CareRefusal', () => closeSlot(ctx, input)),
    holdSlot: (_parent, { input }, ctx) => refusable('CareRefusal', () => holdSlot(ctx, input.slot)),
    releaseSlot: (_parent, { input }, ctx) => refusable('CareRefusal', () => releaseSlot(ctx, input.slot)),
  },
  ProviderSlot: {
    __resolveReference: (reference, { loaders }) => loaders.slotByLocator.load((reference as { locator: string }).locator),
    status: (row, _args, { clock }) => statusAt(row, clock.now()),
    heldUntil: (row, _args, { clock, identity }) => (statusAt(row, clock.now()) === 'HELD' && row.held_by === identity.party?.locator ? row.held_until : null),
    provider: (row) => ({ locator: row.provider_locator }),
  },
  Provider: {
    __resolveReference: (reference) => reference as { locator: string },
    freeSlots: (provider, { first }, { loaders, clock }) => loaders.freeSlots.load(provider.locator, firstOf(first), clock.now()),
  },
  PublishSlotsResult: resultOf('PublishedSlots'),
  SlotResult: resultOf('ProviderSlot'),
} satisfies Resolvers<Context>;
