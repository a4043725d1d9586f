/** What claims have applied, and the steps they took, in the database. A claim's row is what its reserve, confirm and release lock first. */
import type { Ids } from '@olly/kit/locator';
import type { PoolClient } from '@olly/kit/postgres';
import type { AppliedClaim } from '../mappers.ts';
import type { ReservationStatus } from './reservation.ts';

export interface ClaimOf {
  readonly claim: string;
  readonly policyId: string;
  readonly partyId: string;
}

/** Makes sure that a claim has a row to lock. */
export async function ensureClaim(tx: PoolClient, { claim, policyId, partyId }: ClaimOf, at: Date): Promise<void> {
  await tx.query({
    name: 'reservation:ensure',
    text: `INSERT INTO eligibility.applied_claims (claim_locator, policy_id, party_id, status, request_hash, created_at) VALUES ($1, $2, $3, 'NONE', '', $4)
           ON CONFLICT (claim_locator) DO NOTHING`,
    values: [claim, policyId, partyId, at],
  });
}

/** Locks claims in the order of their locators. */
export async function lockClaims(tx: PoolClient, claims: readonly string[]): Promise<AppliedClaim[]> {
  const { rows } = await tx.query<AppliedClaim>({
    name: 'reservation:lock',
    text: 'SELECT * FROM eligibility.applied_claims WHERE claim_locator = ANY($1::text[]) ORDER BY claim_locator COLLATE "C" FOR UPDATE',
    values: [claims],
  });
  return rows;
}

export interface ClaimChange {
  readonly status: ReservationStatus;
  /** Set by a reservation only. */
  readonly reserved?: { readonly hash: string; readonly replaces: string | null; readonly policyId: string; readonly partyId: string };
}

export interface Step {
  readonly command: string;
  readonly from: ReservationStatus;
}

const SAVE_STEP = `
  WITH step AS (
    INSERT INTO eligibility.reservation_steps (id, claim_locator, command, from_status, to_status, at) VALUES ($8, $1, $9, $10, $2, $3)
  )
  UPDATE eligibility.applied_claims SET status = $2,
    request_hash = COALESCE($4, request_hash), replaces = CASE WHEN $4 IS NULL THEN replaces ELSE $5 END, policy_id = COALESCE($6::uuid, policy_id),
    party_id = COALESCE($7::uuid, party_id), reserved_at = CASE WHEN $2 = 'RESERVED' THEN $3::timestamptz ELSE reserved_at END,
    confirmed_at = CASE WHEN $2 = 'CONFIRMED' THEN $3::timestamptz ELSE confirmed_at END, ended_at = CASE WHEN $2 IN ('RELEASED', 'REVERSED') THEN $3::timestamptz END
  WHERE claim_locator = $1`;

/** A locked claim's new state and the audit row of how it came there: one statement. */
export async function saveStep(tx: PoolClient, ids: Ids, claim: string, { command, from }: Step, { status, reserved }: ClaimChange, at: Date): Promise<void> {
  await tx.query({
    name: 'reservation:step',
    text: SAVE_STEP,
    values: [claim, status, at, reserved?.hash ?? null, reserved?.replaces ?? null, reserved?.policyId ?? null, reserved?.partyId ?? null, ids.id(), command, from],
  });
}

/** Remembers what a decision was made from, in the order of reservation; what an earlier one of the claim was made from is forgotten. */
export async function saveConsulted(tx: PoolClient, claim: string, keys: readonly string[], isFirst: boolean): Promise<void> {
  if (!isFirst) await tx.query('DELETE FROM eligibility.consulted_accumulators WHERE claim_locator = $1', [claim]);
  if (keys.length === 0) return;
  await tx.query({
    name: 'reservation:consulted',
    text: 'INSERT INTO eligibility.consulted_accumulators (claim_locator, accumulator_key) SELECT $1, key FROM unnest($2::text[]) AS key',
    values: [claim, keys],
  });
}

/**
 * Lists for review what was decided after `claim` from accumulators that it now gives back to: those claims might have been paid better or must be paid less.
 * Nothing about them is changed here.
 */
export async function listForReview(tx: PoolClient, ids: Ids, claim: string, freedKeys: readonly string[], except: readonly string[], at: Date): Promise<void> {
  if (freedKeys.length === 0) return;
  const { rows } = await tx.query<{ claim_locator: string }>(
    `SELECT DISTINCT later.claim_locator FROM eligibility.consulted_accumulators own
     JOIN eligibility.consulted_accumulators later ON later.accumulator_key = own.accumulator_key AND later.position > own.position
     JOIN eligibility.applied_claims decided ON decided.claim_locator = later.claim_locator AND decided.status IN ('RESERVED', 'CONFIRMED')
     WHERE own.claim_locator = $1 AND own.accumulator_key = ANY($2::text[]) AND NOT later.claim_locator = ANY($3::text[])`,
    [claim, freedKeys, [claim, ...except]],
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO eligibility.accumulator_reviews (id, claim_locator, reversed_claim, created_at)
     SELECT id, claim_locator, $1, $4 FROM unnest($2::uuid[], $3::text[]) AS one(id, claim_locator) ON CONFLICT (claim_locator, reversed_claim) DO NOTHING`,
    [claim, rows.map(() => ids.id()), rows.map((row) => row.claim_locator), at],
  );
}
