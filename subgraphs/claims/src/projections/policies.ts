/** Learns from policy events which decided claims would meet other cover now. It lists them; it changes none. */
import type { CloudEvent } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import { policyChanged } from '../review/changes.ts';
import { listAffected } from '../review/store.ts';

const KIND = /^olly\.enrollment\.policy\.[a-z_]+\.v1$/;

async function apply(tx: PoolClient, event: CloudEvent): Promise<void> {
  if (!KIND.test(event.type) || !('term' in event.data && 'elements' in event.data)) return;
  await listAffected(tx, event, policyChanged.parse(event.data));
}

export const policyProjection: Projection = { group: 'claims.cover_changes', topics: ['enrollment.policy'], apply };
