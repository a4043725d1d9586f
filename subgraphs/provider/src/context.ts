/** What a request of the provider directory has: its loaders. Each costs one statement, however many rows are asked for. */
import { childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { feeLoader } from './fee/store.ts';
import type { CredentialingRequestRow, NetworkMembershipRow, NetworkStatusChangeRow, ProviderRow } from './mappers.ts';
import { type PolicyAdminPort, policyAdminPort } from './ports/policyAdmin.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly policyAdmin: PolicyAdminPort;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'provider') }), policyAdmin: policyAdminPort(service('policy_admin')) };
}

function createLoaders({ pool, ability }: RequestBase) {
  const providers = { pool, table: 'provider.providers', subject: 'providers', ability };
  const requests = { pool, table: 'provider.credentialing_requests', subject: 'credentialing_requests', ability };
  const ofProvider = (table: string) => ({ pool, table: `provider.${table}` });
  return {
    providerById: rowLoader<ProviderRow>(providers, 'id', 'uuid'),
    providerByLocator: rowLoader<ProviderRow>(providers, 'locator', 'text'),
    providerByNpi: rowLoader<ProviderRow>(providers, 'npi', 'text'),
    providerByParty: rowLoader<ProviderRow>(providers, 'party_id', 'uuid'),
    // by recording: a change that reaches back stands behind what it emptied
    historyOfProvider: childrenLoader<NetworkStatusChangeRow>(ofProvider('network_status_history'), 'provider_id', 'uuid', 'id'),
    networksOfProvider: childrenLoader<NetworkMembershipRow>(ofProvider('network_memberships'), 'provider_id', 'uuid', 'network, effective_from, id'),
    requestById: rowLoader<CredentialingRequestRow>(requests, 'id', 'uuid'),
    requestByLocator: rowLoader<CredentialingRequestRow>(requests, 'locator', 'text'),
    requestsOfProvider: childrenLoader<CredentialingRequestRow>(ofProvider('credentialing_requests'), 'provider_id', 'uuid', 'id DESC'),
    fee: feeLoader(pool),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });
