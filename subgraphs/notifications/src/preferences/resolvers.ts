/** Doormen of preferences. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { updatePreferences } from './commands.ts';

const hourAndMinute = (time: string | null): string | null => time?.slice(0, 5) ?? null;

export const preferencesResolvers = {
  Mutation: {
    updateNotificationPreferences: (_parent, { input }, ctx) => refusable('NotificationRefusal', () => updatePreferences(ctx, input)),
  },
  NotificationPreferences: {
    __resolveReference: async ({ id }, { ability, loaders }) => {
      const preferences = await loaders.preferencesById.load(id);
      return preferences && (await ability()).seesFully('notification_preferences', preferences) ? preferences : null;
    },
    party: (preferences) => ({ locator: preferences.party_locator }),
    hasPushDevice: (preferences) => preferences.push_token !== null,
    quietFrom: (preferences) => hourAndMinute(preferences.quiet_from),
    quietTo: (preferences) => hourAndMinute(preferences.quiet_to),
  },
  NotificationPreferencesResult: resultOf('NotificationPreferences'),
} satisfies Resolvers<Context>;
