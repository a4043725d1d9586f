/** A policy issued within a scheme covers the member who waits for it. */
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';
import { coverMember } from '../member/store.ts';

const policyIssued = z.looseObject({ policy: z.string(), scheme: z.string().nullish(), holder: z.looseObject({ party: z.string() }) });

export const policyProjection: Projection = {
  group: 'group_scheme.cover',
  topics: ['enrollment.policy'],
  async apply(tx, event) {
    if (event.type !== 'olly.enrollment.policy.issued.v1') return;
    const { policy, scheme, holder } = policyIssued.parse(event.data);
    if (scheme) await coverMember(tx, scheme, holder.party, policy, event.time);
  },
};
