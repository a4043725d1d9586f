/** Paying commissions: what is pending up to a day, net of what is owed back, all or nothing. */
import { notFound, Refused } from '@olly/kit/errors';
import { type Money, isPositive, money, sum } from '@olly/kit/money';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { CommissionRow } from '../mappers.ts';
import { commissionTold } from './events.ts';
import { commissionsByIds, insertAudit, lockBroker, markPaid, pendingOf } from './store.ts';

export interface CommissionPayment {
  readonly amount: Money;
  readonly commissions: readonly CommissionRow[];
}

/** Throws `Refused` NOTHING_TO_PAY while the sum is not above zero: what is owed back is carried forward to the next payment. */
export async function payCommissions(ctx: Context, { idempotencyKey, ...input }: { broker: string; until?: IsoDate | null; idempotencyKey: string }): Promise<CommissionPayment> {
  return transaction(ctx.pool, async (tx) => {
    const broker = await lockBroker(tx, input.broker);
    if (!broker) throw notFound('The broker');
    const call = { schema: ctx.schema, scope: `payCommissions:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const ids = await once(tx, call, async () => {
      const pending = await pendingOf(tx, broker.locator, input.until ?? ctx.clock.today());
      const total = sum(pending.map((row) => money(row.amount, row.currency)), broker.currency);
      if (!isPositive(total)) throw new Refused('NOTHING_TO_PAY', 'Nothing is pending, or as much is owed back as was earned.');
      await markPaid(tx, pending.map((row) => row.id), ctx.clock.now());
      for (const row of pending) await insertAudit(tx, ctx, { entity: 'COMMISSION', entityId: row.id, command: 'pay', from: 'PENDING', to: 'PAID', actor: ctx.identity.subject });
      await appendToOutbox(tx, ctx, pending.map((row) => commissionTold('paid', row)));
      return pending.map((row) => row.id);
    });
    const commissions = await commissionsByIds(tx, ids);
    return { amount: sum(commissions.map((row) => money(row.amount, row.currency)), broker.currency), commissions };
  });
}
