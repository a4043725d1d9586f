/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { claimDecided, claimEvent, claimPaid } from './claim/events.ts';
import { priorAuthorisationEvent } from './priorAuthorisation/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'claims.claim',
    types: ['olly.claims.claim.submitted.v1', 'olly.claims.claim.held.v1', 'olly.claims.claim.withdrawn.v1', 'olly.claims.claim.appealed.v1'],
    key: "the claim's locator",
    description: 'A claim came in, waits for a person, was taken back, or is looked at again.',
    data: claimEvent,
  },
  {
    topic: 'claims.claim',
    types: ['olly.claims.claim.approved.v1', 'olly.claims.claim.partially_approved.v1', 'olly.claims.claim.denied.v1'],
    key: "the claim's locator",
    description: 'A claim was decided: shares, movements of accumulators, lines.',
    data: claimDecided,
  },
  {
    topic: 'claims.claim',
    types: ['olly.claims.claim.paid.v1', 'olly.claims.claim.payment_failed.v1', 'olly.claims.claim.reversed.v1'],
    key: "the claim's locator",
    description: 'Money of a claim moved.',
    data: claimPaid,
  },
  {
    topic: 'claims.prior_authorisation',
    types: ['olly.claims.prior_authorisation.submitted.v1', 'olly.claims.prior_authorisation.approved.v1', 'olly.claims.prior_authorisation.partially_approved.v1', 'olly.claims.prior_authorisation.denied.v1'],
    key: "the prior authorisation's locator",
    description: 'A prior authorisation was asked for or decided.',
    data: priorAuthorisationEvent,
  },
];
