/** Commissions and audit rows in the database. A broker's row is the lock under which their commissions are paid. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import DataLoader from 'dataloader';
import type { BrokerRow, CommissionRow } from '../mappers.ts';

export interface AuditRow {
  readonly entity: 'BROKER' | 'COMMISSION';
  readonly entityId: string;
  readonly command: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly actor: string;
}

export async function insertAudit(tx: PoolClient, { ids, clock }: EventOrigin, { entity, entityId, command, from = null, to = null, actor }: AuditRow): Promise<void> {
  await tx.query('INSERT INTO broker_api.status_changes (id, entity, entity_id, command, from_status, to_status, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
    ids.id(), entity, entityId, command, from, to, actor, clock.now(),
  ]);
}

export async function lockBroker(tx: PoolClient, locator: string): Promise<BrokerRow | null> {
  return (await tx.query<BrokerRow>('SELECT * FROM broker_api.broker_configs WHERE locator = $1 FOR UPDATE', [locator])).rows[0] ?? null;
}

/** What a policy has earned one broker, oldest first; a broker of before keeps theirs. */
export async function commissionsOfPolicy(tx: PoolClient, policyLocator: string, broker: string): Promise<CommissionRow[]> {
  return (await tx.query<CommissionRow>('SELECT * FROM broker_api.commissions WHERE policy_locator = $1 AND broker_locator = $2 ORDER BY id', [policyLocator, broker])).rows;
}

export type NewCommission = Omit<CommissionRow, 'status' | 'paid_at'> & { readonly source_event_id: string; readonly created_at: string };

const COLUMNS = [
  'id', 'locator', 'broker_id', 'broker_locator', 'policy_id', 'policy_locator', 'transaction_locator', 'kind', 'rate', 'base_amount', 'amount', 'currency',
  'earned_from', 'earned_months', 'effective_date', 'source_event_id', 'created_at',
] as const;

export async function insertCommission(tx: PoolClient, row: NewCommission): Promise<void> {
  await tx.query(`INSERT INTO broker_api.commissions (status, ${COLUMNS.join(', ')}) VALUES ('PENDING', ${COLUMNS.map((_, i) => `$${i + 1}`).join(', ')})`, COLUMNS.map((column) => row[column]));
}

/** What is pending of a broker up to a day, locked. */
export async function pendingOf(tx: PoolClient, broker: string, until: string): Promise<CommissionRow[]> {
  return (await tx.query<CommissionRow>("SELECT * FROM broker_api.commissions WHERE broker_locator = $1 AND status = 'PENDING' AND effective_date <= $2 ORDER BY id FOR UPDATE", [broker, until])).rows;
}

export async function markPaid(tx: PoolClient, ids: readonly string[], at: Date): Promise<void> {
  await tx.query("UPDATE broker_api.commissions SET status = 'PAID', paid_at = $2 WHERE id = ANY($1::uuid[]) AND status = 'PENDING'", [ids, at]);
}

export async function commissionsByIds(tx: PoolClient, ids: readonly string[]): Promise<CommissionRow[]> {
  return (await tx.query<CommissionRow>('SELECT * FROM broker_api.commissions WHERE id = ANY($1::uuid[]) ORDER BY id', [ids])).rows;
}

/** The pending sum of many brokers in one statement. */
export const balancesLoader = (pool: Pool): DataLoader<string, string | null> =>
  new DataLoader(async (brokers) => {
    const { rows } = await pool.query<{ broker_locator: string; balance: string }>(
      "SELECT broker_locator, sum(amount) AS balance FROM broker_api.commissions WHERE broker_locator = ANY($1::text[]) AND status = 'PENDING' GROUP BY broker_locator",
      [brokers],
    );
    const byBroker = new Map(rows.map((row) => [row.broker_locator, row.balance]));
    return brokers.map((broker) => byBroker.get(broker) ?? null);
  });
