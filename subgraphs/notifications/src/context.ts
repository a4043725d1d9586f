/** What a request of notifications has: its loaders, each one statement however many rows are asked for. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { type Channels, configuredChannels } from './channels/channels.ts';
import type { NotificationAttemptRow, NotificationPreferencesRow, NotificationRow, NotificationTemplateRow } from './mappers.ts';
import { type Ports, createPorts } from './ports/ports.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly ports: Ports;
  readonly channels: Channels;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'notifications') }), ports: createPorts(service), channels: configuredChannels() };
}

function createLoaders({ pool, ability }: RequestBase) {
  const log = { pool, table: 'notifications.notification_log', subject: 'notification_log', ability };
  const preferences = { pool, table: 'notifications.notification_preferences', subject: 'notification_preferences', ability };
  const templates = { pool, table: 'notifications.notification_templates', ability };
  return {
    notificationById: rowLoader<NotificationRow>(log, 'id', 'uuid'),
    notificationByLocator: rowLoader<NotificationRow>(log, 'locator', 'text'),
    notificationsOfParty: childPageLoader<NotificationRow>(log, 'party_locator', 'text'),
    attemptsOfNotification: childrenLoader<NotificationAttemptRow>({ pool, table: 'notifications.notification_attempts' }, 'notification_id', 'uuid', 'attempt'),
    preferencesById: rowLoader<NotificationPreferencesRow>(preferences, 'id', 'uuid'),
    preferencesOfParty: rowLoader<NotificationPreferencesRow>(preferences, 'party_locator', 'text'),
    templateById: rowLoader<NotificationTemplateRow>(templates, 'id', 'uuid'),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });
