/**
 * Learns from policy events who is covered. Every event of a policy that tells of a term and its elements counts, whatever its kind: issue, endorsement, renewal,
 * cancellation, reinstatement and those that come later have the same shape.
 */
import type { CloudEvent } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import { policyChanged } from '../coverage/event.ts';
import { changeOf } from '../coverage/from-event.ts';
import { liveRowsOfTerm, saveCover } from '../coverage/store.ts';

const KIND = /^olly\.enrollment\.policy\.[a-z_]+\.v1$/;

async function apply(tx: PoolClient, event: CloudEvent): Promise<void> {
  if (!KIND.test(event.type) || !('term' in event.data && 'elements' in event.data)) return;
  const data = policyChanged.parse(event.data);
  const live = await liveRowsOfTerm(tx, data.policyId, data.term.id);
  await saveCover(tx, event, changeOf(event, data, live));
}

export const policyProjection: Projection = { group: 'eligibility.cover', topics: ['enrollment.policy'], apply };
