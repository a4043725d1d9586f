/** What a request has: its loaders. Each costs one statement, however many rows are asked for. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { AppointmentRow, CareEpisodeRow, DiagnosticsReferralRow, PrescriptionRow, ProviderSlotRow } from './mappers.ts';
import { freeSlotsLoader } from './slot/store.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
}

export function createServices({ pool }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'public') }) };
}

function createLoaders({ pool, ability, clock }: RequestBase) {
  const source = (table: string) => ({ pool, table: `public.${table}`, subject: table, ability });
  return {
    episodeById: rowLoader<CareEpisodeRow>(source('episodes'), 'id', 'uuid'),
    episodeByLocator: rowLoader<CareEpisodeRow>(source('episodes'), 'locator', 'text'),
    episodesOfParty: childPageLoader<CareEpisodeRow>(source('episodes'), 'party_locator', 'text'),
    slotByLocator: rowLoader<ProviderSlotRow>(source('provider_slots'), 'locator', 'text'),
    freeSlots: freeSlotsLoader(pool, clock),
    appointmentById: rowLoader<AppointmentRow>(source('appointments'), 'id', 'uuid'),
    appointmentByLocator: rowLoader<AppointmentRow>(source('appointments'), 'locator', 'text'),
    appointmentsOfEpisode: childrenLoader<AppointmentRow>(source('appointments'), 'episode_id', 'uuid', 'id'),
    prescriptionByLocator: rowLoader<PrescriptionRow>(source('prescriptions'), 'locator', 'text'),
    prescriptionsOfEpisode: childrenLoader<PrescriptionRow>(source('prescriptions'), 'episode_id', 'uuid', 'id'),
    referralByLocator: rowLoader<DiagnosticsReferralRow>(source('diagnostics_referrals'), 'locator', 'text'),
    referralsOfEpisode: childrenLoader<DiagnosticsReferralRow>(source('diagnostics_referrals'), 'episode_id', 'uuid', 'id'),
  };
}

export interface Context extends RequestBase {
  readonly prisma: PrismaClient;
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, { prisma }: Services): Context => ({ ...base, prisma, loaders: createLoaders(base) });
