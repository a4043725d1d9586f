/** Prior authorisations and their audit rows in the database. */
import type { Pool, PoolClient } from '@olly/kit/postgres';
import { actorOf } from '../claim/store.ts';
import type { Names } from '../claim/history.ts';
import type { Context } from '../context.ts';
import type { PriorAuthorisationReportRow, PriorAuthorisationRow } from '../mappers.ts';
import type { PriorAuthorisationStatus, Urgency } from './priorAuthorisation.ts';

export interface NewRow {
  readonly policyId: string;
  readonly memberPartyId: string;
  readonly provider: string;
  readonly providerId: string | null;
  readonly procedureCode: string;
  readonly coverageTermKey: string;
  readonly urgency: Urgency;
  readonly units: number;
  readonly from: string;
  readonly to: string;
  readonly names: Pick<Names, 'policy' | 'claimant'>;
  readonly market: string | null;
  readonly dueAt: Date;
}

export async function insertPriorAuthorisation(tx: PoolClient, { ids, clock }: Context, row: NewRow): Promise<PriorAuthorisationRow> {
  const { rows } = await tx.query<PriorAuthorisationRow>(
    `INSERT INTO claims.prior_auths (id, locator, provider_id, provider_locator, policy_id, policy_locator, member_party_id, member_locator, status, procedure_code,
       coverage_term_key, urgency, units_requested, valid_from, valid_to, received_at, due_at, created_at, updated_at, market)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'SUBMITTED', $9, $10, $11, $12, $13, $14, $15, $16, $15, $15, $17) RETURNING *`,
    [
      ids.id(),
      ids.locator('pa'),
      row.providerId,
      row.provider,
      row.policyId,
      row.names.policy,
      row.memberPartyId,
      row.names.claimant,
      row.procedureCode,
      row.coverageTermKey,
      row.urgency,
      row.units,
      row.from,
      row.to,
      clock.now(),
      row.dueAt,
      row.market,
    ],
  );
  return rows[0] as PriorAuthorisationRow;
}

export interface Audit {
  readonly type: string;
  readonly from: PriorAuthorisationStatus | null;
  readonly to: PriorAuthorisationStatus;
  readonly reason?: string | null;
}

export async function insertAudit(tx: PoolClient, ctx: Context, id: string, { type, from, to, reason }: Audit): Promise<void> {
  await tx.query(
    'INSERT INTO claims.prior_auth_events (id, prior_auth_id, event_type, from_status, to_status, reason, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [ctx.ids.id(), id, type, from, to, reason ?? null, actorOf(ctx), ctx.clock.now()],
  );
}

export async function lockPriorAuthorisation(tx: PoolClient, id: string): Promise<PriorAuthorisationRow> {
  return (await tx.query<PriorAuthorisationRow>('SELECT * FROM claims.prior_auths WHERE id = $1 FOR UPDATE', [id])).rows[0] as PriorAuthorisationRow;
}

export async function findPriorAuthorisation(db: Pool | PoolClient, id: string): Promise<PriorAuthorisationRow> {
  return (await db.query<PriorAuthorisationRow>('SELECT * FROM claims.prior_auths WHERE id = $1', [id])).rows[0] as PriorAuthorisationRow;
}

export interface Change {
  readonly status?: PriorAuthorisationStatus;
  readonly units_approved?: number;
  readonly decided_at?: Date;
  readonly denial_reason?: string | null;
  readonly due_at?: Date;
  readonly extended_at?: Date | null;
  readonly escalated_at?: Date | null;
  readonly was_appealed?: boolean;
}
const CHANGEABLE = ['status', 'units_approved', 'decided_at', 'denial_reason', 'due_at', 'extended_at', 'escalated_at', 'was_appealed'] as const;

/** Changes a row that is locked. */
export async function changePriorAuthorisation(tx: PoolClient, { clock }: Context, id: string, change: Change): Promise<PriorAuthorisationRow> {
  const columns = CHANGEABLE.filter((column) => change[column] !== undefined);
  const sets = columns.map((column, index) => `${column} = $${index + 3}`);
  const { rows } = await tx.query<PriorAuthorisationRow>(
    `UPDATE claims.prior_auths SET ${[...sets, 'version = version + 1', 'updated_at = $2'].join(', ')} WHERE id = $1 RETURNING *`,
    [id, clock.now(), ...columns.map((column) => change[column])],
  );
  return rows[0] as PriorAuthorisationRow;
}

/** The yearly report over requests received in a year; shares are of those decided. */
export async function report(pool: Pool, year: number): Promise<PriorAuthorisationReportRow[]> {
  const { rows } = await pool.query<PriorAuthorisationReportRow>(
    `WITH asked AS (
       SELECT urgency, extended_at, was_appealed, denial_reason, units_approved, decided_at, extract(epoch FROM decided_at - received_at)::numeric / 3600 AS hours
       FROM claims.prior_auths WHERE received_at >= make_timestamptz($1, 1, 1, 0, 0, 0, 'UTC') AND received_at < make_timestamptz($1 + 1, 1, 1, 0, 0, 0, 'UTC')
     )
     SELECT kind.urgency, count(asked.urgency)::int AS received, count(decided_at)::int AS decided,
       coalesce(round(count(*) FILTER (WHERE units_approved > 0)::numeric / nullif(count(decided_at), 0), 4), 0)::text AS share_approved,
       coalesce(round(count(*) FILTER (WHERE units_approved = 0)::numeric / nullif(count(decided_at), 0), 4), 0)::text AS share_denied,
       coalesce(round(count(*) FILTER (WHERE was_appealed AND units_approved > 0)::numeric / nullif(count(decided_at), 0), 4), 0)::text AS share_approved_after_appeal,
       coalesce(round(count(*) FILTER (WHERE extended_at IS NOT NULL AND decided_at IS NOT NULL)::numeric / nullif(count(decided_at), 0), 4), 0)::text AS share_extended,
       round(avg(hours), 2)::text AS mean_hours, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY hours))::numeric, 2)::text AS median_hours
     FROM unnest(ARRAY['STANDARD', 'EXPEDITED']) AS kind(urgency) LEFT JOIN asked ON asked.urgency = kind.urgency
     GROUP BY kind.urgency ORDER BY kind.urgency DESC`,
    [year],
  );
  return rows;
}

/** Marks what is overdue, and ends what has run out; answers how many of each. Neither approves anything. */
export async function watchClocks(tx: PoolClient, ctx: Context): Promise<{ escalated: number; expired: number }> {
  const now = ctx.clock.now();
  const escalated = await tx.query<{ id: string; status: PriorAuthorisationStatus }>(
    `UPDATE claims.prior_auths SET escalated_at = $1, version = version + 1, updated_at = $1
     WHERE status IN ('SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPEALED') AND due_at < $1 AND escalated_at IS NULL RETURNING id, status`,
    [now],
  );
  for (const { id, status } of escalated.rows) await insertAudit(tx, ctx, id, { type: 'ESCALATED', from: status, to: status });
  const ended = await tx.query<{ id: string; was: PriorAuthorisationStatus }>(
    `UPDATE claims.prior_auths p SET status = 'EXPIRED', version = p.version + 1, updated_at = $1
     FROM (SELECT id, status FROM claims.prior_auths WHERE status IN ('APPROVED', 'PARTIALLY_APPROVED') AND valid_to <= $2 FOR UPDATE) AS old
     WHERE p.id = old.id RETURNING p.id, old.status AS was`,
    [now, ctx.clock.today()],
  );
  for (const { id, was } of ended.rows) await insertAudit(tx, ctx, id, { type: 'EXPIRED', from: was, to: 'EXPIRED' });
  return { escalated: escalated.rows.length, expired: ended.rows.length };
}
