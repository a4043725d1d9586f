/** Agreeing fees: gather the provider, decide (fee.ts), save the fee and the end of what it follows in one transaction. */
import { notFound, Refused } from '@olly/kit/errors';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { Context } from '../context.ts';
import type { FeeRow } from '../mappers.ts';
import { feeData, type NewFee } from './fee.ts';
import { findFee, insertFee, lockAgreements } from './store.ts';

export interface AgreeFeeInput extends NewFee {
  readonly idempotencyKey: string;
}

/** Agrees a fee from a day on. Throws `Refused`. */
export async function agreeFee(ctx: Context, { idempotencyKey, ...input }: AgreeFeeInput): Promise<FeeRow> {
  const fee = feeData(input);
  const provider = fee.provider === null ? null : await ctx.loaders.providerByLocator.load(fee.provider);
  if (fee.provider !== null && !provider) throw notFound('The provider');
  const owner = { providerId: provider?.id ?? null, network: fee.network };
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `agreeFee:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      await lockAgreements(tx, owner, fee);
      const agreed = await insertFee(tx, ctx, owner, fee);
      if (!agreed) throw new Refused('FEE_DATE_TAKEN', `A fee for this procedure is agreed from ${fee.from} already.`, 'from');
      return agreed.id;
    });
    return findFee(tx, id);
  });
}
