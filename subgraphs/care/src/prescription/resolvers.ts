/** Doormen of prescriptions. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { issuePrescription, statusOn, stepPrescription } from './commands.ts';

export const prescriptionResolvers = {
  Mutation: {
    issuePrescription: (_parent, { input }, ctx) => refusable('CareRefusal', () => issuePrescription(ctx, input)),
    stepPrescription: (_parent, { input }, ctx) => refusable('CareRefusal', () => stepPrescription(ctx, input)),
  },
  Prescription: {
    __resolveReference: (reference, { loaders }) => loaders.prescriptionByLocator.load((reference as { locator: string }).locator),
    status: (row, _args, { clock }) => statusOn(row, clock.today()),
    provider: (row) => ({ locator: row.provider_locator }),
  },
  PrescriptionResult: resultOf('Prescription'),
} satisfies Resolvers<Context>;
