/** What claims asks of enrollment: whether a policy exists, to tell cover that is on its way from cover that is not there, and which account it belongs to. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const policy = z.object({ exists: z.boolean(), accountId: z.string().nullable(), account: z.string().nullable(), status: z.string().nullable(), market: z.string().nullish(), productVersionId: z.string().nullish() });
export type PolicyForClaim = z.infer<typeof policy>;

export interface EnrollmentPort {
  policyForClaim(policyId: string): Promise<PolicyForClaim>;
}

const POLICY = 'query ($policyId: ID!) { policyForClaim(policyId: $policyId) { exists accountId account status market productVersionId } }';

/** Enrollment over its GraphQL. */
export function enrollmentPort(client: ServiceClient): EnrollmentPort {
  return {
    async policyForClaim(policyId) {
      const { policyForClaim } = await client.query<{ policyForClaim: unknown }>(POLICY, { policyId });
      return policy.parse(policyForClaim);
    },
  };
}
