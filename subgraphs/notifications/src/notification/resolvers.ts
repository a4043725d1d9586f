/** Doormen of notifications. */
import { badInput } from '@olly/kit/errors';
import { fullSightOnly, listPage, PAGE_MAX } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { NotificationRow } from '../mappers.ts';
import { isCritical, NOTIFICATION_EVENTS } from './events.ts';
import { countUnread, markRead } from './store.ts';

export const notificationResolvers = {
  Query: {
    notification: (_parent, { locator }, { loaders }) => loaders.notificationByLocator.load(locator),
    notifications: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const chosen = {
        ...(filter?.channel && { channel: filter.channel }),
        ...(filter?.status && { status: filter.status }),
        ...(filter?.event && { event_type: filter.event }),
        ...(filter?.unreadOnly && { channel: 'IN_APP', read_at: null }),
      };
      const where = { AND: [(await ability()).where('notification_log'), chosen] };
      return listPage<NotificationRow>(prisma.notification_log, where, page, (ids) => loaders.notificationById.loadMany(ids));
    },
    unreadNotifications: (_parent, _args, { identity, pool }) => (identity.party ? countUnread(pool, identity.party.locator) : 0),
    notificationEvents: () => NOTIFICATION_EVENTS.map((event) => ({ event, isCritical: isCritical(event) })),
  },
  Mutation: {
    markNotificationsRead: async (_parent, { input }, { identity, pool, clock }) => {
      if (input.locators.length > PAGE_MAX) throw badInput(`locators: at most ${PAGE_MAX}`, 'locators');
      return { notifications: identity.party ? await markRead(pool, identity.party.locator, input.locators, clock.now()) : [] };
    },
  },
  Notification: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.notificationById.load(reference.id) : loaders.notificationByLocator.load((reference as { locator: string }).locator),
    party: (notification) => ({ locator: notification.party_locator }),
    event: (notification) => notification.event_type,
    ...fullSightOnly<NotificationRow>('notification_log', ['subject', 'body', 'subjectLocator']),
    attempts: (notification, _args, { loaders }) => loaders.attemptsOfNotification.load(notification.id),
  },
  Party: {
    __resolveReference: ({ locator }) => ({ locator }),
    notifications: ({ locator }, args, { loaders }) => loaders.notificationsOfParty.load(locator, args),
    notificationPreferences: async ({ locator }, _args, { ability, loaders }) => {
      const preferences = await loaders.preferencesOfParty.load(locator);
      return preferences && (await ability()).seesFully('notification_preferences', preferences) ? preferences : null;
    },
  },
} satisfies Resolvers<Context>;
