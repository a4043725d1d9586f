/** What claims learns from events: who may see whose claims, and what a policy's people are called. */
import { accessProjection, type Projection } from '@olly/kit/projection';

export const projections: readonly Projection[] = [
  accessProjection({ service: 'claims', schema: 'claims', topics: ['policy_admin.party', 'enrollment.policy'] }),
];
