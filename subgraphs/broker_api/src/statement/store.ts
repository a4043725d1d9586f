/** Statements and payment runs in the database. The broker's row is the lock under which their statements are made and paid. */
import { amountOf } from '@olly/kit/money';
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { BrokerRow, CommissionRow, CommissionPaymentRunRow, CommissionStatementRow } from '../mappers.ts';
import type { StatementSums } from './statement.ts';

/** What is on no statement yet, up to a day, locked. */
export async function unstated(tx: PoolClient, broker: string, until: string): Promise<CommissionRow[]> {
  return (
    await tx.query<CommissionRow>(
      "SELECT * FROM broker_api.commissions WHERE broker_locator = $1 AND status = 'PENDING' AND statement_id IS NULL AND effective_date <= $2 ORDER BY currency, id FOR UPDATE",
      [broker, until],
    )
  ).rows;
}

export async function carriedForward(tx: PoolClient, broker: string): Promise<CommissionStatementRow[]> {
  return (await tx.query<CommissionStatementRow>("SELECT * FROM broker_api.statements WHERE broker_locator = $1 AND status = 'CARRIED_FORWARD' AND carried_into IS NULL ORDER BY id FOR UPDATE", [broker])).rows;
}

export async function dueOf(tx: PoolClient, broker: string, until: string): Promise<CommissionStatementRow[]> {
  return (await tx.query<CommissionStatementRow>("SELECT * FROM broker_api.statements WHERE broker_locator = $1 AND status = 'DUE' AND until <= $2 ORDER BY id FOR UPDATE", [broker, until])).rows;
}

export async function insertStatement(tx: PoolClient, { ids, clock }: EventOrigin, broker: BrokerRow, until: string, sums: StatementSums): Promise<CommissionStatementRow> {
  const { rows } = await tx.query<CommissionStatementRow>(
    `INSERT INTO broker_api.statements (id, locator, broker_id, broker_locator, until, currency, brought_forward, earned, taken_back, total, status, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING *`,
    [
      ids.id(), ids.locator('stm'), broker.broker_id, broker.locator, until, sums.total.currency, amountOf(sums.broughtForward), amountOf(sums.earned), amountOf(sums.takenBack), amountOf(sums.total),
      sums.status, clock.now(),
    ],
  );
  return rows[0] as CommissionStatementRow;
}

/** Puts commissions on a statement, and earlier statements into it. */
export async function fillStatement(tx: PoolClient, id: string, commissions: readonly string[], carried: readonly string[]): Promise<void> {
  await tx.query('UPDATE broker_api.commissions SET statement_id = $1 WHERE id = ANY($2::uuid[]) AND statement_id IS NULL', [id, commissions]);
  await tx.query('UPDATE broker_api.statements SET carried_into = $1 WHERE id = ANY($2::uuid[])', [id, carried]);
}

export async function insertRun(tx: PoolClient, { ids, clock }: EventOrigin, until: string): Promise<CommissionPaymentRunRow> {
  return (await tx.query<CommissionPaymentRunRow>('INSERT INTO broker_api.payment_runs (id, locator, until, created_at) VALUES ($1, $2, $3, $4) RETURNING *', [ids.id(), ids.locator('run'), until, clock.now()])).rows[0] as CommissionPaymentRunRow;
}

export async function findRun(tx: PoolClient, id: string): Promise<CommissionPaymentRunRow> {
  return (await tx.query<CommissionPaymentRunRow>('SELECT * FROM broker_api.payment_runs WHERE id = $1', [id])).rows[0] as CommissionPaymentRunRow;
}

/** Marks statements paid, with every commission on them and on what was carried into them; answers those commissions. */
export async function payStatements(tx: PoolClient, { clock }: EventOrigin, statements: readonly string[], run: string): Promise<CommissionRow[]> {
  await tx.query("UPDATE broker_api.statements SET status = 'PAID', paid_at = $2, payment_run_id = $3 WHERE id = ANY($1::uuid[]) AND status = 'DUE'", [statements, clock.now(), run]);
  const { rows } = await tx.query<CommissionRow>(
    `WITH RECURSIVE settled AS (
       SELECT id FROM broker_api.statements WHERE id = ANY($1::uuid[])
       UNION SELECT earlier.id FROM broker_api.statements earlier JOIN settled ON earlier.carried_into = settled.id)
     UPDATE broker_api.commissions SET status = 'PAID', paid_at = $2 WHERE status = 'PENDING' AND statement_id IN (SELECT id FROM settled) RETURNING *`,
    [statements, clock.now()],
  );
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Brokers with something to state or to pay, in the order in which they are locked. */
export async function brokersToPay(tx: PoolClient, until: string): Promise<string[]> {
  const { rows } = await tx.query<{ locator: string }>(
    `SELECT locator FROM broker_api.broker_configs b
     WHERE EXISTS (SELECT FROM broker_api.commissions c WHERE c.broker_locator = b.locator AND c.status = 'PENDING' AND c.statement_id IS NULL AND c.effective_date <= $1)
        OR EXISTS (SELECT FROM broker_api.statements s WHERE s.broker_locator = b.locator AND s.status = 'DUE' AND s.until <= $1) ORDER BY id`,
    [until],
  );
  return rows.map((row) => row.locator);
}

export async function statementsByIds(tx: PoolClient, ids: readonly string[]): Promise<CommissionStatementRow[]> {
  return (await tx.query<CommissionStatementRow>('SELECT * FROM broker_api.statements WHERE id = ANY($1::uuid[]) ORDER BY id', [ids])).rows;
}
