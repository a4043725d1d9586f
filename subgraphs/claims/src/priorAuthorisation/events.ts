/** What others learn of prior authorisations: locators and states, never a procedure or a reason. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { PriorAuthorisationRow } from '../mappers.ts';

export const priorAuthorisationEvent = z.object({
  priorAuthorisationId: z.uuid(),
  priorAuthorisation: z.string(),
  policyId: z.uuid(),
  policy: z.string().nullable(),
  memberPartyId: z.uuid(),
  member: z.string().nullable(),
  providerLocator: z.string(),
  status: z.string(),
  dueAt: z.string(),
  access: z.array(accessEntry),
});

function grantsOf(row: PriorAuthorisationRow): AccessEntry[] {
  if (!row.provider_id) return [];
  const entry = { party: row.provider_locator, partyId: row.provider_id, role: 'PROVIDER', from: row.received_at.toISOString().slice(0, 10), to: null };
  const own = { ...entry, target: row.locator, targetId: row.id };
  return row.member_locator ? [own, { ...entry, target: row.member_locator, targetId: row.member_party_id }] : [own];
}

function told(kind: string, row: PriorAuthorisationRow): NewEvent {
  const data = priorAuthorisationEvent.parse({
    priorAuthorisationId: row.id,
    priorAuthorisation: row.locator,
    policyId: row.policy_id,
    policy: row.policy_locator,
    memberPartyId: row.member_party_id,
    member: row.member_locator,
    providerLocator: row.provider_locator,
    status: row.status,
    dueAt: row.due_at.toISOString(),
    access: grantsOf(row),
  });
  return { topic: 'claims.prior_authorisation', key: row.locator, type: `olly.claims.prior_authorisation.${kind}.v1`, data };
}

export const submitted = (row: PriorAuthorisationRow): NewEvent => told('submitted', row);
export const decided = (row: PriorAuthorisationRow): NewEvent => told(row.status.toLowerCase(), row);
