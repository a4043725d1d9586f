/** What a request of consent has: loaders, each one statement however many rows are asked for, and the port to policy administration. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { ConsentChangeRow, ConsentRecordRow, DeletionItemRow, DeletionProgressRow, DeletionRequestRow, DeletionStepRow } from './mappers.ts';
import { type Parties, partiesPort } from './ports/parties.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly ports: { readonly parties: Parties };
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return {
    prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'consent') }),
    ports: { parties: partiesPort(() => service('policy_admin')) },
  };
}

function createLoaders({ pool, ability }: RequestBase) {
  const records = { pool, table: 'consent.consent_records', subject: 'consent_records', ability };
  const audit = { pool, table: 'consent.consent_audit', subject: 'consent_audit', ability };
  const deletions = { pool, table: 'consent.deletion_requests', subject: 'deletion_requests', ability };
  return {
    recordById: rowLoader<ConsentRecordRow>(records, 'id', 'uuid'),
    // no row rule of its own: ask it for the party first
    recordsOfParty: childrenLoader<ConsentRecordRow>(records, 'party_locator', 'text', 'consent_type'),
    changeById: rowLoader<ConsentChangeRow>(audit, 'id', 'uuid'),
    deletionById: rowLoader<DeletionRequestRow>(deletions, 'id', 'uuid'),
    deletionByLocator: rowLoader<DeletionRequestRow>(deletions, 'locator', 'text'),
    deletionsOfParty: childPageLoader<DeletionRequestRow>(deletions, 'party_locator', 'text'),
    stepsOfDeletion: childrenLoader<DeletionStepRow>({ pool, table: 'consent.status_changes' }, 'entity_id', 'uuid', 'id'),
    progressOfDeletion: childrenLoader<DeletionProgressRow>({ pool, table: 'consent.deletion_progress' }, 'request_id', 'uuid', 'position'),
    itemsOfDeletion: childrenLoader<DeletionItemRow>({ pool, table: 'consent.deletion_items' }, 'request_id', 'uuid', 'id'),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });
