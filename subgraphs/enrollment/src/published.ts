/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { policyChanged } from './policy/events.ts';
import { quoteChanged } from './quote/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'enrollment.policy',
    types: ['olly.enrollment.policy.issued.v1', 'olly.enrollment.policy.endorsed.v1', 'olly.enrollment.policy.renewed.v1', 'olly.enrollment.policy.cancelled.v1', 'olly.enrollment.policy.reinstated.v1'],
    key: "the policy's locator",
    description: 'A policy began or changed: the whole of it as it is from then on, with what was charged.',
    data: policyChanged,
  },
  {
    topic: 'enrollment.quote',
    types: ['olly.enrollment.quote.priced.v1', 'olly.enrollment.quote.referred.v1', 'olly.enrollment.quote.accepted.v1'],
    key: "the quote's locator",
    description: 'A quote was priced, sent to an underwriter, or accepted.',
    data: quoteChanged,
  },
];
