/** Care: episodes, slots, appointments, prescriptions and referrals. Its tables are in the database's own schema. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { appointmentResolvers } from './appointment/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { episodeResolvers } from './episode/resolvers.ts';
import { prescriptionResolvers } from './prescription/resolvers.ts';
import { referralResolvers } from './referral/resolvers.ts';
import { slotResolvers } from './slot/resolvers.ts';

export default defineSubgraph({
  name: 'care',
  schema: 'public',
  resolvers: [episodeResolvers, slotResolvers, appointmentResolvers, prescriptionResolvers, referralResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [accessProjection({ service: 'care', schema: 'public', topics: ['policy_admin.party', 'enrollment.policy'] })],
});
