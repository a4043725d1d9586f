/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { documentProduced } from './document/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'documents.document',
    types: ['olly.documents.document.produced.v1'],
    key: "the document's locator",
    description: 'A document is there to be read.',
    data: documentProduced,
  },
];
