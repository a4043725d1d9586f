/** Telling brokers what they have earned, and paying it: a statement for each currency, and a run that pays every statement that is due. */
import { notFound, Refused } from '@olly/kit/errors';
import { type Money, money, sum } from '@olly/kit/money';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import { commissionTold } from '../commission/events.ts';
import { commissionsByIds, insertAudit, lockBroker } from '../commission/store.ts';
import type { Context } from '../context.ts';
import type { BrokerRow, CommissionRow, CommissionPaymentRunRow, CommissionStatementRow } from '../mappers.ts';
import { statement as states, statementOf } from './statement.ts';
import { brokersToPay, carriedForward, dueOf, fillStatement, findRun, insertRun, insertStatement, payStatements, statementsByIds, unstated } from './store.ts';

/** Makes the statements of one broker, whose row is locked: one for each currency in which there is something new. */
async function state(tx: PoolClient, ctx: Context, broker: BrokerRow, until: IsoDate): Promise<CommissionStatementRow[]> {
  const fresh = await unstated(tx, broker.locator, until);
  if (fresh.length === 0) return [];
  const carried = await carriedForward(tx, broker.locator);
  const made: CommissionStatementRow[] = [];
  for (const currency of new Set(fresh.map((row) => row.currency))) {
    const lines = fresh.filter((row) => row.currency === currency);
    const earlier = carried.filter((row) => row.currency === currency);
    const sums = statementOf(lines.map((row) => money(row.amount, currency)), earlier.map((row) => money(row.total, currency)), currency);
    const row = await insertStatement(tx, ctx, broker, until, sums);
    await fillStatement(tx, row.id, lines.map((line) => line.id), earlier.map((one) => one.id));
    await insertAudit(tx, ctx, { entity: 'STATEMENT', entityId: row.id, command: 'issue', to: row.status, actor: ctx.identity.subject });
    made.push(row);
  }
  return made;
}

/** Throws `Refused` NOTHING_TO_STATE. */
export async function issueStatement(ctx: Context, { idempotencyKey, ...input }: { broker: string; until?: IsoDate | null; idempotencyKey: string }): Promise<readonly CommissionStatementRow[]> {
  return transaction(ctx.pool, async (tx) => {
    const broker = await lockBroker(tx, input.broker);
    if (!broker) throw notFound('The broker');
    const call = { schema: ctx.schema, scope: `issueStatement:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const ids = await once(tx, call, async () => {
      const made = await state(tx, ctx, broker, input.until ?? ctx.clock.today());
      if (made.length === 0) throw new Refused('NOTHING_TO_STATE', 'Nothing has been earned or taken back since the last statement.');
      return made.map((row) => row.id);
    });
    return statementsByIds(tx, ids);
  });
}

/** Pays statements, with every commission that they settle told to the ledger. */
async function pay(tx: PoolClient, ctx: Context, due: readonly CommissionStatementRow[], run: CommissionPaymentRunRow): Promise<CommissionRow[]> {
  const commissions = await payStatements(tx, ctx, due.map((row) => row.id), run.id);
  for (const row of due) await insertAudit(tx, ctx, { entity: 'STATEMENT', entityId: row.id, command: 'pay', from: row.status, to: states.next(row.status, 'pay'), actor: ctx.identity.subject });
  for (const row of commissions) await insertAudit(tx, ctx, { entity: 'COMMISSION', entityId: row.id, command: 'pay', from: 'PENDING', to: 'PAID', actor: ctx.identity.subject });
  await appendToOutbox(tx, ctx, commissions.map((row) => commissionTold('paid', row)));
  return commissions;
}

/** States and pays every broker up to a day. What is not above zero is carried forward. Throws `Refused` NOTHING_TO_PAY. */
export async function runPayments(ctx: Context, { idempotencyKey, ...input }: { until?: IsoDate | null; idempotencyKey: string }): Promise<CommissionPaymentRunRow> {
  const until = input.until ?? ctx.clock.today();
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `runPayments:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      const run = await insertRun(tx, ctx, until);
      let paid = 0;
      for (const locator of await brokersToPay(tx, until)) {
        const broker = (await lockBroker(tx, locator)) as BrokerRow;
        await state(tx, ctx, broker, until);
        const due = await dueOf(tx, locator, until);
        if (due.length > 0) await pay(tx, ctx, due, run);
        paid += due.length;
      }
      if (paid === 0) throw new Refused('NOTHING_TO_PAY', 'No statement comes to more than zero.');
      return run.id;
    });
    return findRun(tx, id);
  });
}

export interface CommissionPayment {
  readonly amount: Money;
  readonly commissions: readonly CommissionRow[];
}

/** A run for one broker. Throws `Refused` NOTHING_TO_PAY while the sum is not above zero: what is owed back is set against what is earned next. */
export async function payCommissions(ctx: Context, { idempotencyKey, ...input }: { broker: string; until?: IsoDate | null; idempotencyKey: string }): Promise<CommissionPayment> {
  const until = input.until ?? ctx.clock.today();
  return transaction(ctx.pool, async (tx) => {
    const broker = await lockBroker(tx, input.broker);
    if (!broker) throw notFound('The broker');
    const call = { schema: ctx.schema, scope: `payCommissions:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const ids = await once(tx, call, async () => {
      await state(tx, ctx, broker, until);
      const due = (await dueOf(tx, broker.locator, until)).filter((row) => row.currency === broker.currency);
      if (due.length === 0) throw new Refused('NOTHING_TO_PAY', 'Nothing is pending, or as much is owed back as was earned.');
      return (await pay(tx, ctx, due, await insertRun(tx, ctx, until))).map((row) => row.id);
    });
    const commissions = await commissionsByIds(tx, ids);
    return { amount: sum(commissions.map((row) => money(row.amount, row.currency)), broker.currency), commissions };
  });
}
