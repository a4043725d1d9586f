/** What others learn of a document: that it is there, for whom and about what. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import { DOCUMENT_TYPES, type DocumentRow } from '../mappers.ts';

export const documentProduced = z.object({
  documentId: z.uuid(),
  document: z.string(),
  party: z.string(),
  documentType: z.enum(DOCUMENT_TYPES),
  subjectType: z.enum(['POLICY', 'CLAIM', 'INVOICE', 'PARTY']),
  subject: z.string(),
  contentHash: z.string(),
});

export function documentProducedEvent(row: DocumentRow): NewEvent {
  const data = documentProduced.parse({
    documentId: row.id,
    document: row.locator,
    party: row.party_locator,
    documentType: row.template_type,
    subjectType: row.subject_type,
    subject: row.subject_locator,
    contentHash: row.content_hash,
  });
  return { topic: 'documents.document', key: row.locator, type: 'olly.documents.document.produced.v1', data };
}
