/** What claims learns from events: who may see whose claims, what a policy's people are called, whose premium is in grace, and which decided claims meet other cover now. */
import { accessProjection, type Projection } from '@olly/kit/projection';
import { graceProjection } from './billing.ts';
import { policyProjection } from './policies.ts';

export const projections: readonly Projection[] = [
  accessProjection({ service: 'claims', schema: 'claims', topics: ['policy_admin.party', 'enrollment.policy'] }),
  graceProjection,
  policyProjection,
];
