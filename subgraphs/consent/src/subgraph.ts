/** Consent: what parties agreed to, and requests to be forgotten. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { consentResolvers } from './consent/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { deletionResolvers } from './deletion/resolvers.ts';

export default defineSubgraph({
  name: 'consent',
  schema: 'consent',
  resolvers: [consentResolvers, deletionResolvers],
  access,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [accessProjection({ service: 'consent', schema: 'consent', topics: ['policy_admin.party', 'enrollment.policy'] })],
});
