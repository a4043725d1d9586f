/** Claims: submitting, adjudicating, paying and appealing, and the authorisations that come before the care. */
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { claimResolvers } from './claim/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { createJobs } from './jobs.ts';
import { marketResolvers } from './market/resolvers.ts';
import { priorAuthorisationResolvers } from './priorAuthorisation/resolvers.ts';
import { projections } from './projections/index.ts';
import { workResolvers } from './review/resolvers.ts';

export default defineSubgraph({
  name: 'claims',
  schema: 'claims',
  resolvers: [claimResolvers, priorAuthorisationResolvers, marketResolvers, workResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => projections,
  jobs: createJobs,
});
