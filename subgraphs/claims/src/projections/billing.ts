/** Learns from billing which premium is in grace: from `grace_started` until it has ended one way or the other. */
import type { CloudEvent } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';

const grace = z.object({ policyId: z.uuid(), dueDate: z.iso.date(), graceUntil: z.iso.date() });
const KIND = /^olly\.billing\.policy\.(grace_started|grace_ended|lapsed)\.v1$/;

async function apply(tx: PoolClient, { type, data }: CloudEvent): Promise<void> {
  const kind = KIND.exec(type)?.[1];
  if (kind === undefined) return;
  const { policyId, dueDate, graceUntil } = grace.parse(data);
  if (kind !== 'grace_started') {
    await tx.query('DELETE FROM claims.premium_graces WHERE policy_id = $1', [policyId]);
    return;
  }
  await tx.query(
    `INSERT INTO claims.premium_graces (policy_id, due_date, grace_until) VALUES ($1, $2, $3)
     ON CONFLICT (policy_id) DO UPDATE SET due_date = EXCLUDED.due_date, grace_until = EXCLUDED.grace_until`,
    [policyId, dueDate, graceUntil],
  );
}

export const graceProjection: Projection = { group: 'claims.premium_graces', topics: ['billing.policy'], apply };
