/**
 * Claims in the database; nothing else writes these tables. The hot path is few statements: a claim with its lines and audit row is one. Every change of a claim compares and sets: its status, or the lease under which it is adjudicated.
 */
import { amountOf, money } from '@olly/kit/money';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { HoldReason } from '../adjudication/facts.ts';
import type { Context } from '../context.ts';
import type { ClaimHandling, ClaimRow, StoredLine } from '../mappers.ts';
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
      status, incident_date, received_on, currency, claimed, is_assigned, replaces, lease, lease_until, created_at, updated_at, market)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'SUBMITTED', $11, $12, $13, $14, $15, $16, $17, clock_timestamp() + make_interval(secs => $18), $19, $19, $33) RETURNING *
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
  readonly market: string | null;
  readonly lease: string;
}

/** A submitted claim with its lines and its first audit row, under the lease of whoever submits it. */
export async function insertClaim(tx: PoolClient, ctx: Context, { draft, names, account, providerId, market, lease }: NewClaimRow): Promise<ClaimRow> {
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
      market,
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

export const LEFT_IN_THE_MIDDLE = `
  SELECT id FROM claims.claims WHERE (status = 'SUBMITTED' OR settling IS NOT NULL OR hold_reason IN ('COVER_NOT_YET_KNOWN', 'ACCUMULATORS_BUSY'))
    AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY id LIMIT $1`;

/** Claims that waited for a premium whose grace has ended, one way or the other. */
export const FREED_BY_PREMIUM = `
  SELECT c.id FROM claims.claims c WHERE c.hold_reason = 'PREMIUM_IN_GRACE' AND c.status = 'IN_REVIEW'
    AND NOT EXISTS (SELECT 1 FROM claims.premium_graces g WHERE g.policy_id = c.policy_id) ORDER BY c.id LIMIT $1`;

/** Claims that a crash, or a service that was away, has left in the middle; oldest first. */
export async function leftInTheMiddle(pool: Pool, max: number): Promise<string[]> {
  return (await pool.query<{ id: string }>(LEFT_IN_THE_MIDDLE, [max])).rows.map(({ id }) => id);
}

export async function freedByPremium(pool: Pool, max: number): Promise<string[]> {
  return (await pool.query<{ id: string }>(FREED_BY_PREMIUM, [max])).rows.map(({ id }) => id);
}
