/** Policy administration: parties and accounts, markets, products and rules. */
import { accessProjection } from '@olly/kit/projection';
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { accountResolvers } from './account/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { marketResolvers } from './market/resolvers.ts';
import { partyResolvers } from './party/resolvers.ts';
import { productResolvers } from './product/resolvers.ts';
import { quotingResolvers } from './quoting/resolvers.ts';
import { ruleResolvers } from './rule/resolvers.ts';

export default defineSubgraph({
  name: 'policy_admin',
  schema: 'policy_admin',
  resolvers: [partyResolvers, accountResolvers, marketResolvers, productResolvers, ruleResolvers, quotingResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: () => [accessProjection({ service: 'policy_admin', schema: 'policy_admin', topics: ['policy_admin.party', 'policy_admin.account', 'enrollment.quote', 'enrollment.policy', 'claims.claim', 'claims.prior_authorisation'] })],
});
