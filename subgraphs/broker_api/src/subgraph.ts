/** The broker's side: authority and commissions. */
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { bookResolvers } from './book/resolvers.ts';
import { brokerResolvers } from './broker/resolvers.ts';
import { commissionResolvers } from './commission/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { policyProjection } from './projections/policies.ts';
import { statementResolvers } from './statement/resolvers.ts';

export default defineSubgraph({
  name: 'broker_api',
  schema: 'broker_api',
  resolvers: [brokerResolvers, commissionResolvers, statementResolvers, bookResolvers],
  access,
  erasure,
  publishes: true,
  services: createServices,
  context: createContext,
  projections: (_services, { clock, ids }) => [policyProjection({ service: 'broker_api', schema: 'broker_api', clock, ids })],
});
