/** Documents: what is produced for parties from events, the templates it is made from, and what people upload. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { documentResolvers } from './document/resolvers.ts';
import { fileResolvers } from './file/resolvers.ts';
import { produce } from './production/produce.ts';
import { PRODUCE, productionProjection } from './projections/production.ts';
import { templateResolvers } from './template/resolvers.ts';

export default defineSubgraph({
  name: 'documents',
  schema: 'documents',
  resolvers: [documentResolvers, templateResolvers, fileResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [accessProjection({ service: 'documents', schema: 'documents', topics: ['policy_admin.party', 'enrollment.policy'] }), productionProjection],
  jobs: ({ ports }, deps) => ({ tasks: { [PRODUCE]: (payload) => produce({ ...deps, service: 'documents', schema: 'documents', ports }, payload) } }),
});
