/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { sessionTold } from './session/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'triage.session',
    types: ['olly.triage.session.completed.v1', 'olly.triage.session.abandoned.v1', 'olly.triage.session.stopped.v1'],
    key: "the session's locator",
    description: 'A triage session ended.',
    data: sessionTold,
  },
];
