/**
 * Which events ask for a document. The projection asks nobody and renders nothing: it leaves a job in the same transaction, which gathers names and lines from their owners
 * and is tried again while one of them is away. Job and document are known by the event, so nothing is produced twice.
 */
import { enqueue } from '@olly/kit/jobs';
import type { Projection } from '@olly/kit/projection';
import { orderOf } from '../production/events.ts';

export const PRODUCE = 'produceDocument';

export const productionProjection: Projection = {
  group: 'documents.production',
  topics: ['enrollment.policy', 'billing.invoice', 'claims.claim'],
  async apply(tx, event) {
    const order = orderOf(event);
    if (order) await enqueue(tx, PRODUCE, order, { jobKey: `${PRODUCE}:${order.eventId}`, triesMax: 25 });
  },
};
