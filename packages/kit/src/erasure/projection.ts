/**
 * How a service takes part in an erasure: it hears that it is its turn, erases, and acknowledges with what became of everything, all in the transaction of the projection's batch. So a
 * kill at any moment leaves either nothing done or everything done and told; an event that comes twice is applied once, and one that is asked again does no harm.
 */
import { z } from 'zod';
import { appendToOutbox, type EventOrigin } from '../outbox/index.ts';
import type { Projection } from '../projection/types.ts';
import { eraseParty } from './erase.ts';
import type { Publication } from '../outbox/published.ts';
import type { ErasurePlan } from './plan.ts';

export const ERASURE_TOPIC = 'consent.deletion_request';
export const ERASURE_ASKED = 'olly.consent.deletion_request.erasure_asked.v1';

/** The topic of a service's acknowledgements. */
export const acknowledgementTopic = (service: string): string => `${service}.erasure`;

export const erasureAsked = z.object({
  deletionRequestId: z.uuid(),
  deletionRequest: z.string(),
  party: z.string(),
  partyId: z.uuid(),
  deleteType: z.enum(['ERASE', 'ANONYMISE', 'RESTRICT']),
  system: z.string(),
  isInForce: z.boolean(),
  retention: z.record(z.string(), z.object({ years: z.int().min(0), notBefore: z.iso.date().nullish() })),
});

export const erasureAcknowledged = z.object({
  deletionRequest: z.string(),
  system: z.string(),
  items: z.array(
    z.object({
      what: z.string(),
      dataClass: z.string(),
      outcome: z.enum(['ERASED', 'ANONYMISED', 'KEPT', 'RESTRICTED']),
      rows: z.int(),
      keptUntil: z.iso.date().nullable(),
      isRunning: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
});

/** What every service publishes beside its own. */
export const acknowledgementsOf = (service: string): Publication => ({
  topic: acknowledgementTopic(service),
  types: [`olly.${service}.erasure.acknowledged.v1`],
  key: "the deletion request's locator",
  description: 'The service has done its part of a deletion request; kinds of data and counts, for the certificate.',
  data: erasureAcknowledged,
});

export function erasureProjection(origin: EventOrigin, plan: ErasurePlan): Projection {
  const { service, schema, clock } = origin;
  return {
    group: `${service}.erasure`,
    topics: [ERASURE_TOPIC],
    async apply(tx, event) {
      if (event.type !== ERASURE_ASKED || event.data.system !== service) return;
      const { deletionRequest, party, partyId, deleteType, retention, isInForce } = erasureAsked.parse(event.data);
      const items = await eraseParty(tx, schema, plan, { party: { locator: party, id: partyId }, deleteType, retention, isInForce, today: clock.today() });
      await appendToOutbox(tx, origin, [{ topic: acknowledgementTopic(service), key: deletionRequest, type: `olly.${service}.erasure.acknowledged.v1`, data: erasureAcknowledged.parse({ deletionRequest, system: service, items }) }]);
    },
  };
}
