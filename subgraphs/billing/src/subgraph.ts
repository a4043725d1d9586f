/** Billing as a subgraph: charges, invoices, payments and the ledger. */
import { defineSubgraph } from '@olly/kit/server';
import { access } from './access.ts';
import { accountResolvers } from './account/resolvers.ts';
import { chargeResolvers } from './charge/resolvers.ts';
import { createContext, createServices } from './context.ts';
import { erasure } from './erasure.ts';
import { invoiceResolvers } from './invoice/resolvers.ts';
import { jobs } from './jobs.ts';
import { ledgerResolvers } from './ledger/resolvers.ts';
import { paymentResolvers } from './payment/resolvers.ts';
import { projections } from './projections/index.ts';

export default defineSubgraph({
  name: 'billing',
  schema: 'billing',
  resolvers: [accountResolvers, chargeResolvers, invoiceResolvers, paymentResolvers, ledgerResolvers],
  access,
  erasure,
  publishes: true,
  services: (deps) => createServices(deps),
  context: createContext,
  projections: () => projections,
  jobs,
});
