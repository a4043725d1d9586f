/** Consent: what parties agreed to, and requests to be forgotten. */
import { transaction } from '@olly/kit/postgres';
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { consentResolvers } from './consent/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { acknowledgements } from './projections/acknowledgements.ts';
import { deletionResolvers } from './deletion/resolvers.ts';
import { takeUpDeletions } from './deletion/saga.ts';

export default defineSubgraph({
  name: 'consent',
  schema: 'consent',
  resolvers: [consentResolvers, deletionResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: (_services, { clock, ids }) => [
    accessProjection({ service: 'consent', schema: 'consent', topics: ['policy_admin.party', 'enrollment.policy'] }),
    acknowledgements({ service: 'consent', schema: 'consent', clock, ids }),
  ],
  jobs: (_services, { pool, clock, ids }) => ({
    tasks: {
      take_up_deletions: async () => {
        await transaction(pool, (tx) => takeUpDeletions(tx, { service: 'consent', schema: 'consent', clock, ids }));
      },
    },
    crontab: '*/10 * * * * take_up_deletions',
  }),
});
