/** Credentialing requests and their steps in the database; nothing else touches these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { CredentialingRequestRow, CredentialingStatus, ProviderRow } from '../mappers.ts';

export async function insertRequest(tx: PoolClient, { ids, clock }: EventOrigin, provider: ProviderRow): Promise<CredentialingRequestRow> {
  const { rows } = await tx.query<CredentialingRequestRow>(
    `INSERT INTO provider.credentialing_requests (id, locator, provider_id, provider_locator, status, submitted_at, updated_at)
     VALUES ($1, $2, $3, $4, 'SUBMITTED', $5, $5) RETURNING *`,
    [ids.id(), ids.locator('crd'), provider.id, provider.locator, clock.now()],
  );
  return rows[0] as CredentialingRequestRow;
}

/** Is a request of this provider open? Asked under the provider's lock. */
export async function hasOpenRequest(tx: PoolClient, providerId: string): Promise<boolean> {
  const { rowCount } = await tx.query(`SELECT 1 FROM provider.credentialing_requests WHERE provider_id = $1 AND status IN ('SUBMITTED', 'IN_REVIEW')`, [providerId]);
  return (rowCount ?? 0) > 0;
}

export async function findRequest(tx: PoolClient, id: string): Promise<CredentialingRequestRow> {
  return (await tx.query<CredentialingRequestRow>('SELECT * FROM provider.credentialing_requests WHERE id = $1', [id])).rows[0] as CredentialingRequestRow;
}

export interface RequestChange {
  readonly status: CredentialingStatus;
  readonly isDecided: boolean;
  readonly notes: string | null;
}

export async function updateRequest(tx: PoolClient, { clock }: EventOrigin, id: string, { status, isDecided, notes }: RequestChange): Promise<CredentialingRequestRow> {
  const { rows } = await tx.query<CredentialingRequestRow>(
    `UPDATE provider.credentialing_requests SET status = $2, reviewed_at = $3, reviewer_notes = $4, updated_at = $5 WHERE id = $1 RETURNING *`,
    [id, status, isDecided ? clock.now() : null, notes, clock.now()],
  );
  return rows[0] as CredentialingRequestRow;
}

export interface StepRow {
  readonly requestId: string;
  readonly command: string;
  readonly from: CredentialingStatus | null;
  readonly to: CredentialingStatus;
  readonly actor: string;
}

export async function insertStep(tx: PoolClient, { ids, clock }: EventOrigin, step: StepRow): Promise<void> {
  await tx.query(
    'INSERT INTO provider.credentialing_steps (id, request_id, command, from_status, to_status, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [ids.id(), step.requestId, step.command, step.from, step.to, step.actor, clock.now()],
  );
}
