/**
 * Runs the dunning of one account, under its lock: grace that was paid is over, overdue installments begin grace for each policy they pay for, and grace that has
 * run out lapses the policy. Each policy hears of each step once, however many installments it owes.
 */
import { appendToOutbox } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import { lockAccount } from '../account/store.ts';
import { audit, insertRows, type Origin } from '../origin.ts';
import { type DunningCommand, dunningMachine, type DunningStatus, graceUntil, paidTo } from './dunning.ts';
import { type Arrears, arrearsEvent } from './events.ts';

interface DunningRow {
  readonly id: string;
  readonly policy_id: string;
  readonly policy: string;
  readonly status: DunningStatus;
  readonly due_date: IsoDate;
  readonly grace_until: IsoDate;
  readonly paid_to: IsoDate;
  readonly installment_status: string;
}

interface OverdueRow {
  readonly installment_id: string;
  readonly number: number;
  readonly due_date: IsoDate;
  readonly policy_id: string;
  readonly grace_days: number;
  readonly cover_from: IsoDate;
}

/** Accounts with an overdue installment that nobody has been told of, or with grace that was paid or has run out. */
export async function accountsToDun(tx: PoolClient, today: IsoDate, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ account_id: string }>(
    `SELECT account_id FROM (
       (SELECT account_id FROM billing.installments i WHERE status = 'OVERDUE' AND NOT EXISTS (SELECT 1 FROM billing.dunnings d WHERE d.installment_id = i.id) LIMIT $2)
       UNION (SELECT d.account_id FROM billing.dunnings d JOIN billing.installments i ON i.id = d.installment_id
              WHERE d.status = 'GRACE' AND (d.grace_until <= $1 OR i.status <> 'OVERDUE') LIMIT $2)) AS found LIMIT $2`,
    [today, limit],
  );
  return rows.map((row) => row.account_id);
}

async function dunningsOf(tx: PoolClient, accountId: string): Promise<DunningRow[]> {
  const { rows } = await tx.query<DunningRow>(
    `SELECT d.id, d.policy_id, p.locator AS policy, d.status, d.due_date, d.grace_until, d.paid_to, i.status AS installment_status
     FROM billing.dunnings d JOIN billing.policies p ON p.id = d.policy_id JOIN billing.installments i ON i.id = d.installment_id
     WHERE d.account_id = $1 AND d.status IN ('GRACE', 'LAPSED') ORDER BY d.due_date, d.id`,
    [accountId],
  );
  return rows;
}

async function move(tx: PoolClient, origin: Origin, rows: readonly Pick<DunningRow, 'id' | 'status'>[], command: DunningCommand): Promise<void> {
  if (rows.length === 0) return;
  const changes = rows.map(({ id, status }) => ({ entity: 'DUNNING' as const, id, command, from: status, to: dunningMachine.next(status, command) }));
  await tx.query('UPDATE billing.dunnings SET status = $2 WHERE id = ANY($1::uuid[])', [changes.map((change) => change.id), changes[0]?.to]);
  await audit(tx, origin, changes);
}

/** Overdue installments that have no dunning yet, once for each policy that they pay for. */
async function newlyOverdue(tx: PoolClient, accountId: string): Promise<OverdueRow[]> {
  const { rows } = await tx.query<OverdueRow>(
    `SELECT i.id AS installment_id, i.number, i.due_date, p.id AS policy_id, p.grace_days, coalesce(min(c.period_from), i.due_date) AS cover_from
     FROM billing.installments i JOIN billing.invoiced_charges held ON held.invoice_id = i.invoice_id
     JOIN billing.charges c ON c.id = held.charge_id JOIN billing.policies p ON p.id = c.policy_id
     WHERE i.account_id = $1 AND i.status = 'OVERDUE' AND NOT EXISTS (SELECT 1 FROM billing.dunnings d WHERE d.installment_id = i.id)
     GROUP BY i.id, p.id ORDER BY i.due_date, i.id`,
    [accountId],
  );
  return rows;
}

async function beginGrace(tx: PoolClient, origin: Origin, accountId: string, lapsed: ReadonlySet<string>): Promise<void> {
  const created_at = origin.clock.now();
  const rows = (await newlyOverdue(tx, accountId)).map((row) => ({
    id: origin.ids.id(),
    policy_id: row.policy_id,
    account_id: accountId,
    installment_id: row.installment_id,
    // What falls due after the lapse belongs to it.
    status: lapsed.has(row.policy_id) ? ('LAPSED' as const) : ('GRACE' as const),
    due_date: row.due_date,
    grace_until: graceUntil(row.due_date, row.grace_days),
    paid_to: paidTo({ number: row.number, dueDate: row.due_date }, row.cover_from),
    created_at,
  }));
  await insertRows(tx, 'dunnings', rows, '(policy_id, installment_id)');
  await audit(tx, origin, rows.map((row) => ({ entity: 'DUNNING', id: row.id, command: 'begin', from: null, to: row.status })));
}

function byPolicy(rows: readonly DunningRow[]): DunningRow[][] {
  const groups = new Map<string, DunningRow[]>();
  for (const row of rows) groups.set(row.policy_id, [...(groups.get(row.policy_id) ?? []), row]);
  return [...groups.values()];
}

/** What the day brings to an account that owes. */
export async function dunAccount(tx: PoolClient, origin: Origin, accountId: string): Promise<void> {
  const account = await lockAccount(tx, accountId);
  const today = origin.clock.today();
  const before = await dunningsOf(tx, accountId);
  const inGrace = (rows: readonly DunningRow[]) => rows.filter((row) => row.status === 'GRACE');
  const paid = inGrace(before).filter((row) => row.installment_status !== 'OVERDUE');
  await move(tx, origin, paid, 'cure');
  await beginGrace(tx, origin, accountId, new Set(before.filter((row) => row.status === 'LAPSED').map((row) => row.policy_id)));
  const after = inGrace(await dunningsOf(tx, accountId));
  const told = (first: DunningRow): Arrears => ({
    policyId: first.policy_id, policy: first.policy, accountId, account: account.locator, dueDate: first.due_date, graceUntil: first.grace_until, paidTo: first.paid_to,
  });
  const wasInGrace = new Set(inGrace(before).map((row) => row.policy_id));
  const isInGrace = new Set(after.map((row) => row.policy_id));
  const over = byPolicy(paid).filter(([first]) => first && !isInGrace.has(first.policy_id));
  const begun = byPolicy(after).filter(([first]) => first && !wasInGrace.has(first.policy_id));
  const lapsing = byPolicy(after).filter((rows) => rows.some((row) => row.grace_until <= today));
  await move(tx, origin, lapsing.flat(), 'lapse');
  const events = ([kind, groups]: readonly [Parameters<typeof arrearsEvent>[0], DunningRow[][]]) => groups.map((rows) => arrearsEvent(kind, told(rows[0] as DunningRow)));
  await appendToOutbox(tx, origin, ([['grace_ended', over], ['grace_started', begun], ['lapsed', lapsing]] as const).flatMap(events));
}

/** A policy was reinstated: its lapse is history, and what is overdue from now on begins anew. */
export async function endLapse(tx: PoolClient, origin: Origin, policyId: string): Promise<void> {
  const { rows } = await tx.query<Pick<DunningRow, 'id' | 'status'>>(`SELECT id, status FROM billing.dunnings WHERE policy_id = $1 AND status = 'LAPSED' FOR UPDATE`, [policyId]);
  await move(tx, origin, rows, 'reinstate');
}
