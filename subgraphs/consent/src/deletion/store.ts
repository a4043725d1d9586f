/** Deletion requests and their audit in the database; nothing else touches these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { ActingAs, DeletionRequestRow } from '../mappers.ts';
import { type DeletionStatus, dueOn } from './deletion.ts';

export interface NewDeletion {
  readonly party: string;
  readonly deleteType: DeletionRequestRow['delete_type'];
  readonly requestedByType: ActingAs;
  readonly requestedBy: string;
  readonly reason: string | null;
}

export async function insertDeletion(tx: PoolClient, { ids, clock }: EventOrigin, deletion: NewDeletion): Promise<DeletionRequestRow> {
  const { rows } = await tx.query<DeletionRequestRow>(
    `INSERT INTO consent.deletion_requests (id, locator, party_locator, delete_type, status, requested_by_type, requested_by, reason, requested_at, due_on)
     VALUES ($1, $2, $3, $4, 'REQUESTED', $5, $6, $7, $8, $9) RETURNING *`,
    [ids.id(), ids.locator('del'), deletion.party, deletion.deleteType, deletion.requestedByType, deletion.requestedBy, deletion.reason, clock.now(), dueOn(clock.today())],
  );
  return rows[0] as DeletionRequestRow;
}

/** A request by id, locked, without a row rule. */
export async function lockDeletion(tx: PoolClient, id: string): Promise<DeletionRequestRow> {
  return (await tx.query<DeletionRequestRow>('SELECT * FROM consent.deletion_requests WHERE id = $1 FOR UPDATE', [id])).rows[0] as DeletionRequestRow;
}

/** Moves a locked request on. */
export async function updateDeletion(tx: PoolClient, { clock }: EventOrigin, id: string, status: DeletionStatus, refusalReason: string | null): Promise<DeletionRequestRow> {
  const { rows } = await tx.query<DeletionRequestRow>(
    `UPDATE consent.deletion_requests
     SET status = $2, refusal_reason = $3, verified_at = CASE WHEN $2 = 'VERIFIED' THEN $4 ELSE verified_at END
     WHERE id = $1 RETURNING *`,
    [id, status, refusalReason, clock.now()],
  );
  return rows[0] as DeletionRequestRow;
}

export interface DeletionStep {
  readonly entityId: string;
  readonly command: string;
  readonly from: DeletionStatus | null;
  readonly to: DeletionStatus;
  readonly actor: string;
}

/** Every step leaves one. */
export async function insertStep(tx: PoolClient, { ids, clock }: EventOrigin, step: DeletionStep): Promise<void> {
  await tx.query(
    'INSERT INTO consent.status_changes (id, entity_id, command, from_status, to_status, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [ids.id(), step.entityId, step.command, step.from, step.to, step.actor, clock.now()],
  );
}
