/** Doormen of fees. A provider sees its own and those of its networks; another's are null, as if nothing were agreed. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { seesAllFees, seesFeesOf } from '../access.ts';
import type { Context } from '../context.ts';
import { agreeFee } from './commands.ts';
import { networkFeeOn } from './store.ts';

export const feeResolvers = {
  Query: {
    networkFee: (_parent, { network, procedureCode, currency, date }, { pool, clock, identity }) => {
      const memberOf = seesAllFees(identity) ? null : identity.actsFor.provider ? [identity.actsFor.provider] : [];
      return networkFeeOn(pool, { network, procedureCode, currency, day: date ?? clock.today(), memberOf, partyId: identity.party?.id ?? null });
    },
  },
  Mutation: { agreeFee: (_parent, { input }, ctx) => refusable('ProviderRefusal', () => agreeFee(ctx, input)) },
  Provider: {
    fee: (provider, { procedureCode, currency, date }, { loaders, clock, identity }) =>
      seesFeesOf(identity, provider) ? loaders.fee.load({ providerId: provider.id, procedureCode, currency, day: date ?? clock.today() }) : null,
  },
  Fee: { amount: (fee) => money(fee.amount, fee.currency) },
  AgreeFeeResult: resultOf('Fee'),
} satisfies Resolvers<Context>;
