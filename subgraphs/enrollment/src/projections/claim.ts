/** Which claims were incurred under a policy: once there is one, a cancellation in the cooling-off days is pro rata. A claim that is denied, withdrawn or reversed was none. */
import type { CloudEvent } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';

const TYPE = /^olly\.claims\.claim\.(\w+)\.v1$/;
const NOT_INCURRED: ReadonlySet<string> = new Set(['denied', 'withdrawn', 'reversed']);
// A claim is told before its policy is known there; what follows names it.
const told = z.object({ claimId: z.uuid(), policyId: z.uuid().nullish() });

async function apply(tx: PoolClient, event: CloudEvent): Promise<void> {
  const kind = TYPE.exec(event.type)?.[1];
  if (!kind) return;
  const { claimId, policyId } = told.parse(event.data);
  if (!policyId) return;
  await tx.query(
    `INSERT INTO enrollment.incurred_claims (claim_id, policy_id, is_incurred, updated_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (claim_id) DO UPDATE SET policy_id = EXCLUDED.policy_id, is_incurred = EXCLUDED.is_incurred, updated_at = EXCLUDED.updated_at`,
    [claimId, policyId, !NOT_INCURRED.has(kind), event.time],
  );
}

export const claimProjection: Projection = { group: 'enrollment.claims', topics: ['claims.claim'], apply };
