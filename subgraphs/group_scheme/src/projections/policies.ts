/**
 * A policy issued within a scheme covers the member who waits for it. The employer holds such a policy, so the member is looked for among the people it insures; where a person holds
 * it themselves, it is the holder.
 */
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';
import { coverMember } from '../member/store.ts';

const policyIssued = z.looseObject({
  policy: z.string(),
  scheme: z.string().nullish(),
  holder: z.looseObject({ party: z.string() }),
  elements: z.array(z.looseObject({ insured: z.array(z.looseObject({ party: z.string() })) })).default([]),
});

export const policyProjection: Projection = {
  group: 'group_scheme.cover',
  topics: ['enrollment.policy'],
  async apply(tx, event) {
    if (event.type !== 'olly.enrollment.policy.issued.v1') return;
    const { policy, scheme, holder, elements } = policyIssued.parse(event.data);
    if (!scheme) return;
    const people = new Set([holder.party, ...elements.flatMap(({ insured }) => insured.map(({ party }) => party))]);
    for (const party of people) await coverMember(tx, scheme, party, policy, event.time);
  },
};
