/** Notifications: who is told what, by which channel, and what became of it. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { type Notifier, SEND, TELL } from './notification/origin.ts';
import { notificationResolvers } from './notification/resolvers.ts';
import { send } from './notification/send.ts';
import { tell } from './notification/tell.ts';
import { preferencesResolvers } from './preferences/resolvers.ts';
import { newsProjection } from './projections/news.ts';
import { templateResolvers } from './template/resolvers.ts';

export default defineSubgraph({
  name: 'notifications',
  schema: 'notifications',
  resolvers: [notificationResolvers, preferencesResolvers, templateResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [accessProjection({ service: 'notifications', schema: 'notifications', topics: ['policy_admin.party', 'enrollment.policy'] }), newsProjection],
  jobs: ({ ports, channels }, { pool, clock, ids }) => {
    const notifier: Notifier = { service: 'notifications', schema: 'notifications', pool, clock, ids, ports, channels };
    return { tasks: { [TELL]: (payload) => tell(notifier, payload), [SEND]: (payload) => send(notifier, payload) } };
  },
});
