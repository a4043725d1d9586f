/**
 * Decisions in the database: a decision with its lines, adjustments and audit rows is one statement, and the claim's own row is set only under the lease and in the
 * status that it was decided from.
 */
import { amountOf } from '@olly/kit/money';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { Decision } from '../adjudication/adjudicate.ts';
import type { ClaimFacts, Movement } from '../adjudication/facts.ts';
import type { TraceStep } from '../adjudication/worksheet.ts';
import type { Context } from '../context.ts';
import type { ClaimRow, StoredAdjustment } from '../mappers.ts';
import type { ClaimStatus } from './claim.ts';
import type { Names } from './history.ts';
import { type AuditRow, actorOf } from './store.ts';

const SAVE_DECISION = `
  WITH decision AS (
    INSERT INTO claims.claim_decisions (id, claim_id, number, outcome, allowed, plan_pays, member_owes, inputs, steps, movements, decided_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ), lines AS (
    UPDATE claims.claim_lines l SET element_id = d.element_id, amount_allowed = d.allowed, amount_paid = d.plan_pays, member_owes = d.member_owes,
      line_status = d.status, network = d.network, reason_code = d.reason
    FROM unnest($13::int[], $14::uuid[], $15::numeric[], $16::numeric[], $17::numeric[], $18::text[], $19::text[], $20::text[])
      AS d(number, element_id, allowed, plan_pays, member_owes, status, network, reason)
    WHERE l.claim_id = $1 AND l.line_number = d.number
  ), adjustments AS (
    INSERT INTO claims.line_adjustments (id, decision_id, claim_id, line_number, sequence, group_code, reason_code, amount)
    SELECT id, $2, $1, number, sequence, group_code, reason_code, amount
    FROM unnest($21::uuid[], $22::int[], $23::int[], $24::text[], $25::text[], $26::numeric[]) AS a(id, number, sequence, group_code, reason_code, amount)
  )
  INSERT INTO claims.claim_events (id, claim_id, event_type, from_status, to_status, reason, note, actor, created_at)
  SELECT id, $1, type, from_status, to_status, NULL, note, $11, $12 FROM unnest($27::uuid[], $28::text[], $29::text[], $30::text[], $31::text[]) AS e(id, type, from_status, to_status, note)`;

export interface DecisionToSave {
  readonly decisionId: string;
  readonly number: number;
  readonly facts: ClaimFacts;
  readonly decision: Decision;
  readonly audit: readonly AuditRow[];
}

/** The decision, its lines, adjustments and audit rows: one statement. The claim's own row has been set before, in the same transaction. */
export async function saveDecision(
  tx: PoolClient,
  ctx: Context,
  claimId: string,
  { decisionId, number, facts, decision, audit }: DecisionToSave,
): Promise<void> {
  const { lines } = decision;
  const adjustments = lines.flatMap((line) => line.adjustments.map((one, index) => ({ ...one, number: line.number, sequence: index + 1 })));
  const elements = new Map(facts.lines.map((line) => [line.number, line.cover.elementId]));
  await tx.query({
    name: 'claims:decide',
    text: SAVE_DECISION,
    values: [
      claimId,
      decisionId,
      number,
      decision.outcome,
      amountOf(decision.allowed),
      amountOf(decision.planPays),
      amountOf(decision.memberOwes),
      JSON.stringify(facts),
      JSON.stringify(decision.steps),
      JSON.stringify(decision.movements),
      actorOf(ctx),
      ctx.clock.now(),
      lines.map((l) => l.number),
      lines.map((l) => elements.get(l.number) ?? null),
      lines.map((l) => amountOf(l.allowed)),
      lines.map((l) => amountOf(l.planPays)),
      lines.map((l) => amountOf(l.memberOwes)),
      lines.map((l) => l.status),
      lines.map((l) => l.network),
      lines.map((l) => l.adjustments[0]?.reason ?? null),
      adjustments.map(() => ctx.ids.id()),
      adjustments.map((a) => a.number),
      adjustments.map((a) => a.sequence),
      adjustments.map((a) => a.group),
      adjustments.map((a) => a.reason),
      adjustments.map((a) => amountOf(a.amount)),
      audit.map(() => ctx.ids.id()),
      audit.map((a) => a.type),
      audit.map((a) => a.from),
      audit.map((a) => a.to),
      audit.map((a) => a.note ?? null),
    ],
  });
}

export interface DecidedClaim {
  readonly id: string;
  readonly lease: string;
  readonly from: ClaimStatus;
  readonly to: ClaimStatus;
  readonly decisionId: string;
  readonly decision: Decision;
  readonly termId: string | null;
  readonly names: Names;
  readonly account: { readonly id: string | null; readonly locator: string | null };
  readonly providerId: string | null;
  readonly payee: { readonly kind: 'PROVIDER' | 'MEMBER'; readonly locator: string | null };
  readonly appealUntil: string;
}

/** Sets the claim's row to what was decided, if its lease and status are still the ones it was decided under; null otherwise. */
export async function setDecided(tx: PoolClient, ctx: Context, given: DecidedClaim): Promise<ClaimRow | null> {
  const { rows } = await tx.query<ClaimRow>({
    name: 'claims:set-decided',
    text: `UPDATE claims.claims SET status = $4, hold_reason = NULL, decision_id = $5, decisions = decisions + 1, allowed = $6, plan_pays = $7, member_owes = $8, term_id = $9,
             policy_locator = coalesce($10, policy_locator), claimant_locator = coalesce($11, claimant_locator), account_id = coalesce($12, account_id),
             account_locator = coalesce($13, account_locator), provider_id = coalesce($14, provider_id), payee_kind = $15, payee_locator = $16, decided_at = $17,
             appeal_until = $18, paid_at = CASE WHEN $4 = 'PAID' THEN $17::timestamptz END, settling = 'CONFIRM', version = version + 1, updated_at = $17
           WHERE id = $1 AND lease = $2 AND status = $3 RETURNING *`,
    values: [
      given.id,
      given.lease,
      given.from,
      given.to,
      given.decisionId,
      amountOf(given.decision.allowed),
      amountOf(given.decision.planPays),
      amountOf(given.decision.memberOwes),
      given.termId,
      given.names.policy,
      given.names.claimant,
      given.account.id,
      given.account.locator,
      given.providerId,
      given.payee.kind,
      given.payee.locator,
      ctx.clock.now(),
      given.appealUntil,
    ],
  });
  return rows[0] ?? null;
}

export interface StoredDecision {
  readonly inputs: ClaimFacts;
  readonly steps: readonly TraceStep[];
  readonly movements: readonly Movement[];
}

export async function findDecision(db: Pool | PoolClient, id: string): Promise<StoredDecision | null> {
  return (await db.query<StoredDecision>('SELECT inputs, steps, movements FROM claims.claim_decisions WHERE id = $1', [id])).rows[0] ?? null;
}

export async function adjustmentsOf(db: Pool | PoolClient, decisionId: string): Promise<StoredAdjustment[]> {
  return (await db.query<StoredAdjustment>('SELECT * FROM claims.line_adjustments WHERE decision_id = $1 ORDER BY line_number, sequence', [decisionId])).rows;
}
