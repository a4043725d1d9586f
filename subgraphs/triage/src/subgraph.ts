/** Triage: sessions, turns and the engine that decides. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { consentProjection } from './projections/consent.ts';
import { sessionResolvers } from './session/resolvers.ts';

export default defineSubgraph({
  name: 'triage',
  schema: 'triage',
  resolvers: [sessionResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: (_services, { clock, ids }) => [
    accessProjection({ service: 'triage', schema: 'triage', topics: ['policy_admin.party', 'enrollment.policy'] }),
    consentProjection({ service: 'triage', schema: 'triage', clock, ids }),
  ],
});
