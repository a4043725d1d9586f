/** The provider directory: who treats, where they stand with the plan on any day, what they have agreed to be paid, and their credentialing. */
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { tellCredentialingDue } from './credentialing/due.ts';
import { credentialingResolvers } from './credentialing/resolvers.ts';
import { directoryResolvers } from './directory/resolvers.ts';
import { feeResolvers } from './fee/resolvers.ts';
import { standingResolvers } from './standing/resolvers.ts';

export default defineSubgraph({
  name: 'provider',
  schema: 'provider',
  resolvers: [directoryResolvers, credentialingResolvers, feeResolvers, standingResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  jobs: (_services, { pool, clock, ids }) => ({
    tasks: { credentialing_due: () => tellCredentialingDue(pool, { service: 'provider', schema: 'provider', clock, ids }) },
    crontab: '15 4 * * * credentialing_due',
  }),
});
