/** Doormen of referrals. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { referPatient } from './commands.ts';

export const referralResolvers = {
  Mutation: { referPatient: (_parent, { input }, ctx) => refusable('CareRefusal', () => referPatient(ctx, input)) },
  DiagnosticsReferral: {
    __resolveReference: (reference, { loaders }) => loaders.referralByLocator.load((reference as { locator: string }).locator),
    clinic: (row) => ({ locator: row.clinic_locator }),
    appointment: (row, _args, { loaders }) => (row.appointment_locator ? loaders.appointmentByLocator.load(row.appointment_locator) : null),
  },
  ReferralResult: resultOf('DiagnosticsReferral'),
} satisfies Resolvers<Context>;
