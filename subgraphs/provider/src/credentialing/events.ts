/** What others learn of credentialing: that a request was handed in or decided, or that the next one is due. Never the reviewer's notes. */
import { accessEntry } from '@olly/kit/auth';
import { derivedId } from '@olly/kit/locator';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import { accessOf } from '../directory/events.ts';
import type { CredentialingRequestRow, ProviderRow } from '../mappers.ts';

export const credentialingChanged = z.object({
  credentialingId: z.uuid(),
  credentialing: z.string(),
  providerId: z.uuid(),
  provider: z.string(),
  partyId: z.uuid(),
  party: z.string(),
  status: z.enum(['SUBMITTED', 'IN_REVIEW', 'APPROVED', 'REJECTED', 'WITHDRAWN']),
});

const FACTS = { SUBMITTED: 'submitted', IN_REVIEW: 'taken_into_review', APPROVED: 'approved', REJECTED: 'rejected', WITHDRAWN: 'withdrawn' } as const;

export function credentialingEvent(request: CredentialingRequestRow, provider: ProviderRow): NewEvent {
  const data = credentialingChanged.parse({
    credentialingId: request.id,
    credentialing: request.locator,
    providerId: provider.id,
    provider: provider.locator,
    partyId: provider.party_id,
    party: provider.party_locator,
    status: request.status,
  });
  return { topic: 'provider.credentialing', key: request.locator, type: `olly.provider.credentialing.${FACTS[request.status]}.v1`, data };
}

export const credentialingDue = z.object({
  providerId: z.uuid(),
  provider: z.string(),
  partyId: z.uuid(),
  party: z.string(),
  dueOn: z.iso.date(),
  access: z.array(accessEntry),
});

/** Its id follows from provider and day: a job that runs again tells nothing new. */
export function credentialingDueEvent(provider: ProviderRow, dueOn: string): NewEvent {
  const data = credentialingDue.parse({
    providerId: provider.id,
    provider: provider.locator,
    partyId: provider.party_id,
    party: provider.party_locator,
    dueOn,
    access: accessOf(provider),
  });
  const id = derivedId(provider.id, `credentialing-due:${dueOn}`);
  return { topic: 'provider.provider', key: provider.locator, type: 'olly.provider.provider.credentialing_due.v1', data, id };
}
