/** What others learn of a deletion request: whose data, what is to happen to it and how far it is. The reason stays here. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { DeletionRequestRow } from '../mappers.ts';

export const deletionRequestChanged = z.object({
  deletionRequestId: z.uuid(),
  deletionRequest: z.string(),
  party: z.string(),
  deleteType: z.enum(['ERASE', 'ANONYMISE', 'RESTRICT']),
  status: z.string(),
  dueOn: z.iso.date(),
});

/** `olly.consent.deletion_request.requested.v1`, `.verified.v1`, `.in_progress.v1`, `.on_hold.v1`, `.completed.v1`, `.cancelled.v1`, `.refused.v1`: named as the state that was reached. */
export const deletionRequestEvent = (row: DeletionRequestRow): NewEvent => told(row, row.status.toLowerCase());

/** The person is told that it takes two months more. */
export const deletionRequestExtended = (row: DeletionRequestRow): NewEvent => told(row, 'extended');

function told(row: DeletionRequestRow, kind: string): NewEvent {
  const data = deletionRequestChanged.parse({
    deletionRequestId: row.id,
    deletionRequest: row.locator,
    party: row.party_locator,
    deleteType: row.delete_type,
    status: row.status,
    dueOn: row.due_on,
  });
  return { topic: 'consent.deletion_request', key: row.locator, type: `olly.consent.deletion_request.${kind}.v1`, data };
}
