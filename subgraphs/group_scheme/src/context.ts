/** What a request has: its loaders. Each costs one statement, however many rows are asked for. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { BulkEnrollmentJobRow, MembershipPeriodRow, SchemeMemberRow, SchemeRow } from './mappers.ts';
import { activeMembersLoader } from './member/store.ts';
import { createPorts, type Ports } from './ports/ports.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly ports: Ports;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return { ports: createPorts(service), prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'group_scheme') }) };
}

function createLoaders({ pool, ability }: RequestBase) {
  const schemes = { pool, table: 'group_scheme.schemes', subject: 'schemes', ability };
  const members = { pool, table: 'group_scheme.scheme_members', subject: 'scheme_members', ability };
  const jobs = { pool, table: 'group_scheme.bulk_enrollment_jobs', subject: 'bulk_enrollment_jobs', ability };
  return {
    schemeById: rowLoader<SchemeRow>(schemes, 'id', 'uuid'),
    schemeByLocator: rowLoader<SchemeRow>(schemes, 'locator', 'text'),
    memberById: rowLoader<SchemeMemberRow>(members, 'id', 'uuid'),
    membershipsOfParty: childrenLoader<SchemeMemberRow>(members, 'member_party_locator', 'text', 'id'),
    periodsOfMember: childrenLoader<MembershipPeriodRow>({ pool, table: 'group_scheme.membership_periods' }, 'member_id', 'uuid', 'joined_on, id'),
    activeMembers: activeMembersLoader(pool),
    jobById: rowLoader<BulkEnrollmentJobRow>(jobs, 'id', 'uuid'),
    jobByLocator: rowLoader<BulkEnrollmentJobRow>(jobs, 'locator', 'text'),
    jobsOfScheme: childPageLoader<BulkEnrollmentJobRow>(jobs, 'scheme_id', 'uuid'),
  };
}

export interface Context extends RequestBase {
  readonly prisma: PrismaClient;
  readonly ports: Ports;
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, { prisma, ports }: Services): Context => ({ ...base, prisma, ports, loaders: createLoaders(base) });
