/**
 * Claims in the database; nothing else writes these tables. The hot path is few statements: a claim with lines, documents and audit rows is one, a decision with its
 * lines, adjustments and audit rows is one. Every change of a claim compares and sets: its status, or the lease under which it is adjudicated.
 */
import { amountOf, money } from '@olly/kit/money';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { Decision } from '../adjudication/adjudicate.ts';
import type { ClaimFacts, HoldReason, Movement } from '../adjudication/facts.ts';
import type { TraceStep } from '../adjudication/worksheet.ts';
import type { Context } from '../context.ts';
import type { ClaimHandling, StoredLine, ClaimRow, StoredAdjustment } from '../mappers.ts';
import type { ClaimStatus } from './claim.ts';
import type { StoredDocument } from './document.ts';
import type { Names } from './history.ts';
import type { Draft, DraftLine } from './newClaim.ts';

export const LEASE_S = 30;

export interface AuditRow {
  readonly type: string;
  readonly from: ClaimStatus | null;
  readonly to: ClaimStatus;
  readonly reason?: string | null;
  readonly note?: string | null;
}

/** Who did it: a party, or the subject of a token of somebody or something that is none. */
export const actorOf = ({ identity }: Pick<Context, 'identity'>): string => identity.party?.locator ?? identity.subject;

const INSERT_CLAIM = `
  WITH claim AS (
    INSERT INTO claims.claims (id, locator, policy_id, policy_locator, account_id, account_locator, claimant_party_id, claimant_locator, provider_id, provider_locator,
      status, incident_date, received_on, currency, claimed, is_assigned, replaces, lease, lease_until, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'SUBMITTED', $11, $12, $13, $14, $15, $16, $17, clock_timestamp() + make_interval(secs => $18), $19, $19) RETURNING *
  ), lines AS (
    INSERT INTO claims.claim_lines (id, claim_id, claimant_party_id, line_number, coverage_term_key, procedure_code, service_date, admission_date, units, is_emergency,
      prior_auth, primary_paid, amount_claimed)
    SELECT line.id, $1, $7, number, term_key, procedure_code, service_date, admission_date, units, is_emergency, prior_auth, primary_paid, claimed
    FROM unnest($20::uuid[], $21::int[], $22::text[], $23::text[], $24::date[], $25::date[], $26::int[], $27::boolean[], $28::text[], $29::numeric[], $30::numeric[])
      AS line(id, number, term_key, procedure_code, service_date, admission_date, units, is_emergency, prior_auth, primary_paid, claimed)
  ), audit AS (
    INSERT INTO claims.claim_events (id, claim_id, event_type, from_status, to_status, actor, created_at) VALUES ($31, $1, 'SUBMITTED', NULL, 'SUBMITTED', $32, $19)
  )
  SELECT * FROM claim`;

export interface NewClaimRow {
  readonly draft: Draft;
  readonly names: Names;
  readonly account: { readonly id: string | null; readonly locator: string | null };
  readonly providerId: string | null;
  readonly lease: string;
}

/** A submitted claim with its lines and its first audit row, under the lease of whoever submits it. */
export async function insertClaim(tx: PoolClient, ctx: Context, { draft, names, account, providerId, lease }: NewClaimRow): Promise<ClaimRow> {
  const { ids } = ctx;
  const pick = <T>(read: (line: DraftLine) => T): T[] => draft.lines.map(read);
  const { rows } = await tx.query<ClaimRow>({
    name: 'claims:insert',
    text: INSERT_CLAIM,
    values: [
      ids.id(),
      ids.locator('clm'),
      draft.policyId,
      names.policy,
      account.id,
      account.locator,
      draft.claimantPartyId,
      names.claimant,
      providerId,
      draft.provider,
      draft.incidentDate,
      draft.receivedOn,
      draft.currency,
      draft.claimed,
      draft.isAssigned,
      draft.replaces,
      lease,
      LEASE_S,
      ctx.clock.now(),
      pick(() => ids.id()),
      pick((l) => l.number),
      pick((l) => l.coverageTermKey),
      pick((l) => l.procedureCode),
      pick((l) => l.serviceDate),
      pick((l) => l.admissionDate),
      pick((l) => l.units),
      pick((l) => l.isEmergency),
      pick((l) => l.priorAuthorisation),
      pick((l) => l.primaryPaid),
      pick((l) => l.claimed),
      ids.id(),
      actorOf(ctx),
    ],
  });
  return rows[0] as ClaimRow;
}

export async function insertDocuments(tx: PoolClient, ctx: Context, claimId: string, documents: readonly StoredDocument[]): Promise<void> {
  if (documents.length === 0) return;
  await tx.query(
    `INSERT INTO claims.claim_documents (id, claim_id, filename, content_type, size_bytes, url, added_by, created_at)
     SELECT id, $1, filename, content_type, size_bytes, url, $2, $3 FROM unnest($4::uuid[], $5::text[], $6::text[], $7::int[], $8::text[]) AS d(id, filename, content_type, size_bytes, url)
     ON CONFLICT (claim_id, url) DO NOTHING`,
    [
      claimId,
      actorOf(ctx),
      ctx.clock.now(),
      documents.map(() => ctx.ids.id()),
      documents.map((d) => d.filename),
      documents.map((d) => d.contentType),
      documents.map((d) => d.sizeBytes),
      documents.map((d) => d.url),
    ],
  );
}

export async function insertAudit(tx: PoolClient, ctx: Context, claimId: string, rows: readonly AuditRow[]): Promise<void> {
  await tx.query({
    name: 'claims:audit',
    text: `INSERT INTO claims.claim_events (id, claim_id, event_type, from_status, to_status, reason, note, actor, created_at)
           SELECT id, $1, type, from_status, to_status, reason, note, $2, $3 FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
             AS event(id, type, from_status, to_status, reason, note)`,
    values: [
      claimId,
      actorOf(ctx),
      ctx.clock.now(),
      rows.map(() => ctx.ids.id()),
      rows.map((r) => r.type),
      rows.map((r) => r.from),
      rows.map((r) => r.to),
      rows.map((r) => r.reason ?? null),
      rows.map((r) => r.note ?? null),
    ],
  });
}

/** Makes whoever holds the lease the only one who adjudicates the claim; null while somebody else does. Real time: a lease is about processes, not business days. */
export async function takeLease(pool: Pool, id: string, lease: string): Promise<ClaimRow | null> {
  const { rows } = await pool.query<ClaimRow>({
    name: 'claims:lease',
    text: `UPDATE claims.claims SET lease = $2, lease_until = clock_timestamp() + make_interval(secs => $3)
           WHERE id = $1 AND (lease_until IS NULL OR lease_until < clock_timestamp()) RETURNING *`,
    values: [id, lease, LEASE_S],
  });
  return rows[0] ?? null;
}

/** Lets others adjudicate the claim. */
export async function giveLeaseUp(pool: Pool, id: string, lease: string): Promise<void> {
  await pool.query({
    name: 'claims:unlease',
    text: 'UPDATE claims.claims SET lease = NULL, lease_until = NULL WHERE id = $1 AND lease = $2',
    values: [id, lease],
  });
}

export async function findClaim(db: Pool | PoolClient, id: string): Promise<ClaimRow | null> {
  return (await db.query<ClaimRow>({ name: 'claims:find', text: 'SELECT * FROM claims.claims WHERE id = $1', values: [id] })).rows[0] ?? null;
}

export async function lockClaim(tx: PoolClient, id: string): Promise<ClaimRow & { readonly is_leased: boolean }> {
  const { rows } = await tx.query<ClaimRow & { readonly is_leased: boolean }>({
    name: 'claims:lock',
    text: 'SELECT *, coalesce(lease_until > clock_timestamp(), false) AS is_leased FROM claims.claims WHERE id = $1 FOR UPDATE',
    values: [id],
  });
  return rows[0] as ClaimRow & { readonly is_leased: boolean };
}

export async function linesOf(db: Pool | PoolClient, claimId: string): Promise<StoredLine[]> {
  return (
    await db.query<StoredLine>({ name: 'claims:lines', text: 'SELECT * FROM claims.claim_lines WHERE claim_id = $1 ORDER BY line_number', values: [claimId] })
  ).rows;
}

/** A stored claim, as a draft to be gathered for again. */
export function draftOf(claim: ClaimRow, lines: readonly StoredLine[]): Draft {
  const text = (amount: string): string => amountOf(money(amount, claim.currency));
  return {
    policyId: claim.policy_id,
    claimantPartyId: claim.claimant_party_id,
    provider: claim.provider_locator,
    isAssigned: claim.is_assigned,
    currency: claim.currency,
    incidentDate: claim.incident_date,
    receivedOn: claim.received_on,
    replaces: claim.replaces,
    claimed: text(claim.claimed),
    lines: lines.map((line) => ({
      number: line.line_number,
      coverageTermKey: line.coverage_term_key,
      procedureCode: line.procedure_code,
      serviceDate: line.service_date,
      admissionDate: line.admission_date,
      units: line.units,
      claimed: text(line.amount_claimed),
      isEmergency: line.is_emergency,
      priorAuthorisation: line.prior_auth,
      primaryPaid: line.primary_paid === null ? null : text(line.primary_paid),
    })),
  };
}

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

export interface ClaimChange {
  readonly status?: ClaimStatus;
  readonly hold_reason?: HoldReason | null;
  readonly settling?: 'CONFIRM' | 'RELEASE' | null;
  readonly payment_reference?: string | null;
  readonly paid?: string;
  readonly paid_at?: Date | null;
  readonly appeal_level?: number;
  readonly policy_locator?: string;
  readonly claimant_locator?: string;
  readonly document?: ClaimHandling;
}
const CHANGEABLE = [
  'status',
  'hold_reason',
  'settling',
  'payment_reference',
  'paid',
  'paid_at',
  'appeal_level',
  'policy_locator',
  'claimant_locator',
  'document',
] as const;

/** Changes a claim whose row is locked. */
export async function changeClaim(tx: PoolClient, ctx: Context, id: string, change: ClaimChange): Promise<ClaimRow> {
  const columns = CHANGEABLE.filter((column) => change[column] !== undefined);
  const sets = columns.map((column, index) => `${column} = $${index + 3}`);
  const { rows } = await tx.query<ClaimRow>(`UPDATE claims.claims SET ${sets.join(', ')}, version = version + 1, updated_at = $2 WHERE id = $1 RETURNING *`, [
    id,
    ctx.clock.now(),
    ...columns.map((column) => change[column]),
  ]);
  return rows[0] as ClaimRow;
}

/** What eligibility had to be told has been told. */
export async function settled(pool: Pool, claim: Pick<ClaimRow, 'id' | 'version'>): Promise<void> {
  await pool.query({
    name: 'claims:settled',
    text: 'UPDATE claims.claims SET settling = NULL, lease = NULL, lease_until = NULL WHERE id = $1 AND version = $2 AND settling IS NOT NULL',
    values: [claim.id, claim.version],
  });
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

export const LEFT_IN_THE_MIDDLE = `
  SELECT id FROM claims.claims WHERE (status = 'SUBMITTED' OR settling IS NOT NULL OR hold_reason IN ('COVER_NOT_YET_KNOWN', 'ACCUMULATORS_BUSY'))
    AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY id LIMIT $1`;

/** Claims that a crash, or a service that was away, has left in the middle; oldest first. */
export async function leftInTheMiddle(pool: Pool, max: number): Promise<string[]> {
  return (await pool.query<{ id: string }>(LEFT_IN_THE_MIDDLE, [max])).rows.map(({ id }) => id);
}
