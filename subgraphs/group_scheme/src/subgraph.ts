/** Group schemes: employers, their schemes and the members in them. */
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { createContext, createServices } from './context.ts';
import { memberResolvers } from './member/resolvers.ts';
import { policyProjection } from './projections/policies.ts';
import { schemeResolvers } from './scheme/resolvers.ts';

export default defineSubgraph({
  name: 'group_scheme',
  schema: 'group_scheme',
  resolvers: [schemeResolvers, memberResolvers],
  access,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [policyProjection],
});
