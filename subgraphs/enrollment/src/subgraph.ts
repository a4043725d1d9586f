/** Enrollment: quotes, underwriting, policies. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { endDependants } from './policy/dependants.ts';
import { renewDue } from './policy/renew.ts';
import { policyResolvers } from './policy/resolvers.ts';
import { claimProjection } from './projections/claim.ts';
import { paymentProjection } from './projections/payment.ts';
import { quoteResolvers } from './quote/resolvers.ts';
import { expireQuotes } from './quote/sweep.ts';

export default defineSubgraph({
  name: 'enrollment',
  schema: 'enrollment',
  resolvers: [quoteResolvers, policyResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  // Its own policies' grants are written with them; the projection repeats them from the event, and brings those of accounts and people.
  projections: (_services, { clock, ids }) => [
    accessProjection({ service: 'enrollment', schema: 'enrollment', topics: ['policy_admin.account', 'policy_admin.party', 'enrollment.policy'] }),
    claimProjection,
    paymentProjection({ service: 'enrollment', schema: 'enrollment', clock, ids }),
  ],
  jobs: (services, { pool, clock, ids, log }) => ({
    tasks: {
      expireQuotes: async () => {
        await expireQuotes(pool, { service: 'enrollment', schema: 'enrollment', clock, ids });
      },
      endDependants: async () => {
        await endDependants({ service: 'enrollment', schema: 'enrollment', pool, clock, ids, log }, services);
      },
      renewPolicies: async () => {
        await renewDue({ service: 'enrollment', schema: 'enrollment', pool, clock, ids, log }, services);
      },
    },
    crontab: ['*/10 * * * * expireQuotes', '15 * * * * renewPolicies', '5 * * * * endDependants'].join('\n'),
  }),
});
