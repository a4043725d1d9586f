/** Hears from each system that it has forgotten somebody, keeps what it says for the certificate, and asks the next. */
import { acknowledgementTopic, erasureAcknowledged } from '@olly/kit/erasure';
import type { EventOrigin } from '@olly/kit/outbox';
import type { Projection } from '@olly/kit/projection';
import { acknowledge, SYSTEMS } from '../deletion/saga.ts';

export const acknowledgements = (origin: EventOrigin): Projection => ({
  group: 'consent.acknowledgements',
  topics: SYSTEMS.map(acknowledgementTopic),
  async apply(tx, event) {
    if (!event.type.endsWith('.erasure.acknowledged.v1')) return;
    const { deletionRequest, system, items } = erasureAcknowledged.parse(event.data);
    await acknowledge(tx, origin, deletionRequest, system, items);
  },
});
