/** Group schemes: employers, their schemes and the members in them. */
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { bulkResolvers } from './bulk/resolvers.ts';
import { BULK_TASK, runBulk } from './bulk/work.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { COVER_TASK, followMember } from './member/cover.ts';
import { memberResolvers } from './member/resolvers.ts';
import { policyProjection } from './projections/policies.ts';
import { schemeResolvers } from './scheme/resolvers.ts';

export default defineSubgraph({
  name: 'group_scheme',
  schema: 'group_scheme',
  resolvers: [schemeResolvers, memberResolvers, bulkResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [policyProjection],
  jobs: ({ ports }, { pool, clock, ids, log }) => ({
    tasks: {
      [BULK_TASK]: ({ jobId }) => runBulk({ service: 'group_scheme', schema: 'group_scheme', pool, clock, ids, log, ports }, String(jobId)),
      [COVER_TASK]: (payload) => followMember({ pool, ports }, payload),
    },
  }),
});
