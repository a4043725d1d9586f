/** The audit row of every step in care. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';

export interface AuditRow {
  readonly entity: 'EPISODE' | 'SLOT' | 'APPOINTMENT' | 'PRESCRIPTION' | 'REFERRAL';
  readonly entityId: string;
  readonly command: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly actor: string;
}

export async function insertAudit(tx: PoolClient, { ids, clock }: EventOrigin, ...steps: readonly AuditRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO public.status_changes (id, entity, entity_id, command, from_status, to_status, actor, created_at)
     SELECT id, entity, entity_id, command, from_status, to_status, actor, $8 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
       AS step(id, entity, entity_id, command, from_status, to_status, actor)`,
    [
      steps.map(() => ids.id()), steps.map((s) => s.entity), steps.map((s) => s.entityId), steps.map((s) => s.command),
      steps.map((s) => s.from ?? null), steps.map((s) => s.to ?? null), steps.map((s) => s.actor), clock.now(),
    ],
  );
}
