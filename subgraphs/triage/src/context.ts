/** What a request has: its loaders, each one statement, and the port to consent. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { TriageSessionRow, TriageTurnRow } from './mappers.ts';
import { type ConsentPort, consentPort } from './ports/consent.ts';
import { configuredModel, type ModelPort } from './ports/model.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly consent: ConsentPort;
  readonly model: ModelPort;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'triage') }), consent: consentPort(service('consent')), model: configuredModel() };
}

function createLoaders({ pool, ability }: RequestBase) {
  const sessions = { pool, table: 'triage.sessions', subject: 'sessions', ability };
  return {
    sessionById: rowLoader<TriageSessionRow>(sessions, 'id', 'uuid'),
    sessionByLocator: rowLoader<TriageSessionRow>(sessions, 'locator', 'text'),
    sessionsOfParty: childPageLoader<TriageSessionRow>(sessions, 'party_locator', 'text'),
    turnsOfSession: childrenLoader<TriageTurnRow>({ pool, table: 'triage.turns' }, 'session_id', 'uuid', 'turn_number'),
  };
}

export interface Context extends RequestBase {
  readonly prisma: PrismaClient;
  readonly consent: ConsentPort;
  readonly model: ModelPort;
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });
