/** Doormen of appointments. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { AppointmentRow } from '../mappers.ts';
import { bookAppointment, cancelAppointment, finishAppointment, rescheduleAppointment } from './commands.ts';

export const appointmentResolvers = {
  Query: {
    appointment: (_parent, { locator }, { loaders }) => loaders.appointmentByLocator.load(locator),
    appointments: async (_parent, page, { prisma, ability, loaders }) =>
      listPage<AppointmentRow>(prisma.appointments, (await ability()).where('appointments'), page, (ids) => loaders.appointmentById.loadMany(ids)),
  },
  Mutation: {
    bookAppointment: (_parent, { input }, ctx) => refusable('CareRefusal', () => bookAppointment(ctx, input)),
    cancelAppointment: (_parent, { input }, ctx) => refusable('CareRefusal', () => cancelAppointment(ctx, input.locator)),
    rescheduleAppointment: (_parent, { input }, ctx) => refusable('CareRefusal', () => rescheduleAppointment(ctx, input)),
    finishAppointment: (_parent, { input }, ctx) => refusable('CareRefusal', () => finishAppointment(ctx, input)),
  },
  Appointment: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.appointmentById.load(reference.id) : loaders.appointmentByLocator.load((reference as { locator: string }).locator)),
    slot: (row, _args, { loaders }) => loaders.slotByLocator.load(row.slot_locator),
    provider: (row) => ({ locator: row.provider_locator }),
    episode: (row, _args, { loaders }) => loaders.episodeByLocator.load(row.episode_locator),
  },
  AppointmentResult: resultOf('Appointment'),
} satisfies Resolvers<Context>;
