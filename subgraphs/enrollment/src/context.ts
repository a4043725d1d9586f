/** What a request of enrollment has: its loaders and the ports to policy_admin and broker_api. Each loader costs one statement, however many rows are asked for. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { FieldValueRow, PolicyChargeRow, PolicyElementRow, PolicyInsuredRow, PolicyRow, PolicyTermRow, PolicyTransactionRow, QuoteEventRow, QuoteRow, UnderwritingFlagRow } from './mappers.ts';
import { policiesOfPartyLoader } from './policy/loaders.ts';
import { type BrokerApi, brokerApi } from './ports/brokerApi.ts';
import { type PolicyAdmin, policyAdmin } from './ports/policyAdmin.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly policyAdmin: PolicyAdmin;
  readonly brokerApi: BrokerApi;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'enrollment') }), policyAdmin: policyAdmin(service('policy_admin')), brokerApi: brokerApi(service('broker_api')) };
}

function createLoaders(base: RequestBase) {
  const { pool, ability } = base;
  const quotes = { pool, table: 'enrollment.quotes', subject: 'quotes', ability };
  const policies = { pool, table: 'enrollment.policies', subject: 'policies', ability };
  const children = <R extends object>(table: string, parent: string, order: string) => childrenLoader<R>({ pool, table: `enrollment.${table}` }, parent, 'uuid', order);
  return {
    quoteById: rowLoader<QuoteRow>(quotes, 'id', 'uuid'),
    quoteByLocator: rowLoader<QuoteRow>(quotes, 'locator', 'text'),
    quotesOfAccount: childPageLoader<QuoteRow>(quotes, 'account_locator', 'text'),
    eventsOfQuote: children<QuoteEventRow>('quote_events', 'quote_id', 'id'),
    answersOfQuote: children<FieldValueRow>('quote_field_values', 'quote_id', 'field_key'),
    flagsOfQuote: children<UnderwritingFlagRow>('underwriting_flags', 'quote_id', 'id'),
    policyById: rowLoader<PolicyRow>(policies, 'id', 'uuid'),
    policyByLocator: rowLoader<PolicyRow>(policies, 'locator', 'text'),
    policyOfQuote: rowLoader<PolicyRow>(policies, 'quote_id', 'uuid'),
    policiesOfAccount: childPageLoader<PolicyRow>(policies, 'account_locator', 'text'),
    policiesOfParty: policiesOfPartyLoader(base),
    termsOfPolicy: children<PolicyTermRow>('policy_terms', 'policy_id', 'term_number'),
    transactionsOfPolicy: children<PolicyTransactionRow>('policy_transactions', 'policy_id', 'id'),
    chargesOfTransaction: children<PolicyChargeRow>('policy_charges', 'transaction_id', 'id'),
    answersOfTransaction: children<FieldValueRow>('transaction_field_values', 'transaction_id', 'field_key'),
    elementsOfPolicy: children<PolicyElementRow>('policy_elements', 'policy_id', 'id'),
    insuredsOfElement: children<PolicyInsuredRow>('policy_insureds', 'element_id', 'id'),
    answersOfPolicy: children<FieldValueRow>('policy_field_values', 'policy_id', 'field_key'),
    flagsOfPolicy: children<UnderwritingFlagRow>('underwriting_flags', 'policy_id', 'id'),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });
