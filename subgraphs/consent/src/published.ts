/** What this service publishes. */
import { ERASURE_ASKED, ERASURE_TOPIC, erasureAsked } from '@olly/kit/erasure';
import type { Publication } from '@olly/kit/outbox';
import { consentChanged } from './consent/events.ts';
import { deletionRequestChanged } from './deletion/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'consent.consent',
    types: ['olly.consent.consent.granted.v1', 'olly.consent.consent.withdrawn.v1'],
    key: "the party's locator",
    description: 'A consent was given or taken back.',
    data: consentChanged,
  },
  {
    topic: 'consent.deletion_request',
    types: ['olly.consent.deletion_request.requested.v1', 'olly.consent.deletion_request.verified.v1', 'olly.consent.deletion_request.in_progress.v1', 'olly.consent.deletion_request.on_hold.v1', 'olly.consent.deletion_request.completed.v1', 'olly.consent.deletion_request.cancelled.v1', 'olly.consent.deletion_request.refused.v1', 'olly.consent.deletion_request.extended.v1'],
    key: "the request's locator",
    description: 'A request to be forgotten moved on.',
    data: deletionRequestChanged,
  },
  {
    topic: ERASURE_TOPIC,
    types: [ERASURE_ASKED],
    key: "the request's locator",
    description: 'It is one system’s turn to forget somebody.',
    data: erasureAsked,
  },
];
