/** Eligibility: who is covered for what and when, and what is left of every limit. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { accumulatorResolvers } from './accumulator/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { coverageResolvers } from './coverage/resolvers.ts';
import { policyProjection } from './projections/policy.ts';
import { reservationResolvers } from './reservation/resolvers.ts';

export default defineSubgraph({
  name: 'eligibility',
  schema: 'eligibility',
  resolvers: [coverageResolvers, accumulatorResolvers, reservationResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [policyProjection, accessProjection({ service: 'eligibility', schema: 'eligibility', topics: ['enrollment.policy', 'policy_admin.party'] })],
});
