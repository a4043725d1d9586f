/** Doormen of the markets' words. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { NotificationTemplateRow } from '../mappers.ts';
import { saveTemplate } from './commands.ts';

export const templateResolvers = {
  Query: {
    notificationTemplates: (_parent, page, { prisma, loaders }) => listPage<NotificationTemplateRow>(prisma.notification_templates, {}, page, (ids) => loaders.templateById.loadMany(ids)),
  },
  Mutation: {
    saveNotificationTemplate: (_parent, { input }, ctx) => refusable('NotificationRefusal', () => saveTemplate(ctx, input)),
  },
  NotificationTemplate: {
    __resolveReference: ({ id }, { loaders }) => loaders.templateById.load(id),
    event: (template) => template.event_type,
  },
  NotificationTemplateResult: resultOf('NotificationTemplate'),
} satisfies Resolvers<Context>;
