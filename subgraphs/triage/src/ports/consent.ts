/** What triage asks of consent: does a yes to TRIAGE hold? No answer is no consent. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

export interface ConsentPort {
  /** True while the party's consent to triage holds. Throws SUBGRAPH_UNAVAILABLE when consent does not answer. */
  hasConsent(partyLocator: string): Promise<boolean>;
}

const QUERY = 'query ($parties: [ID!]!) { consentsOf(partyLocators: $parties, types: [TRIAGE]) { partyLocator granted } }';
const answer = z.object({ consentsOf: z.array(z.object({ partyLocator: z.string(), granted: z.boolean() })) });

export const consentPort = (client: ServiceClient): ConsentPort => ({
  async hasConsent(partyLocator) {
    const { consentsOf } = answer.parse(await client.query(QUERY, { parties: [partyLocator] }));
    return consentsOf.some((state) => state.partyLocator === partyLocator && state.granted);
  },
});
