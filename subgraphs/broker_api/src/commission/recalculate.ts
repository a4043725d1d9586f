/**
 * A change of terms that reaches back. For each policy that earned from a day on, what its commission would be under the broker's present terms, clawbacks included, less what stands; the
 * difference is one row. Asked again it finds nothing left to correct.
 */
import { notFound } from '@olly/kit/errors';
import { amountOf, isZero, money, zero } from '@olly/kit/money';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { BrokerRow, CommissionRow } from '../mappers.ts';
import { type CommissionLine, recalculated, type Terms } from './commission.ts';
import { commissionTold } from './events.ts';
import { commissionsByIds, commissionsSince, insertAudit, insertCommission, lockBroker, type NewCommission } from './store.ts';

const lineOf = (row: CommissionRow): CommissionLine => ({
  kind: row.kind,
  base: money(row.base_amount, row.currency),
  amount: money(row.amount, row.currency),
  earned: { from: row.earned_from, months: row.earned_months },
  on: row.effective_date,
  isFlat: row.is_flat,
});

/** What a broker is paid now. A flat amount counts in the broker's currency only; elsewhere the rate does. */
export const termsOf = (broker: Pick<BrokerRow, 'flat_commission' | 'commission_rate' | 'currency'>, currency: string): Terms =>
  broker.flat_commission !== null && broker.currency === currency ? { flat: money(broker.flat_commission, currency) } : { rate: broker.commission_rate };

function correctionOf(ctx: Context, broker: BrokerRow, rows: readonly CommissionRow[], from: IsoDate): NewCommission | undefined {
  const first = rows.find((row) => row.kind === 'ACCRUAL' && row.effective_date >= from);
  if (!first) return undefined;
  const terms = termsOf(broker, first.currency);
  const difference = recalculated(rows.map(lineOf), from, terms, first.currency);
  if (isZero(difference)) return undefined;
  const id = ctx.ids.id();
  return {
    ...first,
    id,
    locator: ctx.ids.locator('com'),
    kind: 'RECALCULATION',
    rate: broker.commission_rate,
    base_amount: amountOf(zero(first.currency)),
    amount: amountOf(difference),
    effective_date: ctx.clock.today(),
    source_event_id: id,
    created_at: ctx.clock.now().toISOString(),
    is_flat: 'flat' in terms,
  };
}

/** Answers the corrections, none when everything is as it should be. */
export async function recalculateCommissions(ctx: Context, { idempotencyKey, ...input }: { broker: string; from: IsoDate; idempotencyKey: string }): Promise<readonly CommissionRow[]> {
  return transaction(ctx.pool, async (tx) => {
    const broker = await lockBroker(tx, input.broker);
    if (!broker) throw notFound('The broker');
    const call = { schema: ctx.schema, scope: `recalculateCommissions:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const ids = await once(tx, call, async () => {
      const corrections: NewCommission[] = [];
      for (const rows of await commissionsSince(tx, broker.locator, input.from)) {
        const correction = correctionOf(ctx, broker, rows, input.from);
        if (!correction) continue;
        await insertCommission(tx, correction);
        corrections.push(correction);
      }
      await insertAudit(tx, ctx, { entity: 'BROKER', entityId: broker.id, command: 'recalculate commissions', actor: ctx.identity.subject });
      await appendToOutbox(tx, ctx, corrections.map((row) => commissionTold('accrued', row)));
      return corrections.map((row) => row.id);
    });
    return commissionsByIds(tx, ids);
  });
}
