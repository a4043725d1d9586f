/** What claims asks of the provider directory: where a provider stood on each day of service, and what is agreed for the procedure. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const standing = z.object({
  exists: z.boolean(),
  providerId: z.string().nullish(),
  isActive: z.boolean(),
  isInNetwork: z.boolean(),
  network: z.string().nullable(),
  fee: z.object({ amount: z.string(), currency: z.string() }).nullable(),
});
export type ProviderStanding = z.infer<typeof standing>;

export interface ProviderQuestion {
  readonly provider: string;
  readonly serviceDate: string;
  readonly procedureCode: string | null;
  readonly currency: string;
  readonly coverageTermKey: string;
}

export interface ProviderPort {
  /** One answer for each question, in their order. */
  providersForClaim(questions: readonly ProviderQuestion[]): Promise<ProviderStanding[]>;
}

const PROVIDERS =
  'query ($input: [ProviderForClaimInput!]!) { providersForClaim(input: $input) { exists providerId isActive isInNetwork network fee { amount currency } } }';

/** The directory over its GraphQL. */
export function providerPort(client: ServiceClient): ProviderPort {
  return {
    async providersForClaim(input) {
      if (input.length === 0) return [];
      const { providersForClaim } = await client.query<{ providersForClaim: unknown }>(PROVIDERS, { input });
      return z.array(standing).parse(providersForClaim);
    },
  };
}
