/** Commissions and audit rows in the database. A broker's row is the lock under which their commissions are paid. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import DataLoader from 'dataloader';
import type { BrokerRow, CommissionRow } from '../mappers.ts';

export interface AuditRow {
  readonly entity: 'BROKER' | 'COMMISSION' | 'STATEMENT';
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

export type NewCommission = Omit<CommissionRow, 'status' | 'paid_at' | 'statement_id'> & { readonly source_event_id: string; readonly created_at: string };

const COLUMNS = [
  'id', 'locator', 'broker_id', 'broker_locator', 'policy_id', 'policy_locator', 'transaction_locator', 'kind', 'rate', 'base_amount', 'amount', 'currency',
  'earned_from', 'earned_months', 'effective_date', 'source_event_id', 'created_at', 'is_flat',
] as const;

export async function insertCommission(tx: PoolClient, row: NewCommission): Promise<void> {
  await tx.query(`INSERT INTO broker_api.commissions (status, ${COLUMNS.join(', ')}) VALUES ('PENDING', ${COLUMNS.map((_, i) => `$${i + 1}`).join(', ')})`, COLUMNS.map((column) => row[column]));
}

/** All rows of every policy of a broker that earned something from a day on, policy by policy, oldest first. */
export async function commissionsSince(tx: PoolClient, broker: string, from: string): Promise<CommissionRow[][]> {
  const { rows } = await tx.query<CommissionRow>(
    `SELECT * FROM broker_api.commissions c WHERE broker_locator = $1
       AND EXISTS (SELECT FROM broker_api.commissions a WHERE a.policy_locator = c.policy_locator AND a.broker_locator = $1 AND a.kind = 'ACCRUAL' AND a.effective_date >= $2)
     ORDER BY policy_locator, id`,
    [broker, from],
  );
  const policies = new Map<string, CommissionRow[]>();
  for (const row of rows) policies.set(row.policy_locator, [...(policies.get(row.policy_locator) ?? []), row]);
  return [...policies.values()];
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
