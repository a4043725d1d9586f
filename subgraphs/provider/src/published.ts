/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { credentialingChanged, credentialingDue } from './credentialing/events.ts';
import { providerChanged } from './directory/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'provider.provider',
    types: ['olly.provider.provider.registered.v1', 'olly.provider.provider.activated.v1', 'olly.provider.provider.suspended.v1', 'olly.provider.provider.terminated.v1'],
    key: "the provider's locator",
    description: 'A provider’s standing changed.',
    data: providerChanged,
  },
  {
    topic: 'provider.provider',
    types: ['olly.provider.provider.credentialing_due.v1'],
    key: "the provider's locator",
    description: 'Credentialing is due again.',
    data: credentialingDue,
  },
  {
    topic: 'provider.credentialing',
    types: ['olly.provider.credentialing.submitted.v1', 'olly.provider.credentialing.taken_into_review.v1', 'olly.provider.credentialing.approved.v1', 'olly.provider.credentialing.rejected.v1', 'olly.provider.credentialing.withdrawn.v1'],
    key: "the request's locator",
    description: 'A credentialing request moved on.',
    data: credentialingChanged,
  },
];
