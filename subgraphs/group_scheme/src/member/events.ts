/** What others learn of schemes and their members: locators only, and who may see whom. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { SchemeMemberRow, SchemeRow } from '../mappers.ts';

export const schemeTold = z.object({ schemeId: z.uuid(), scheme: z.string(), employer: z.string(), account: z.string(), productCode: z.string() });

export function schemeEvent(what: 'activated' | 'closed', row: SchemeRow): NewEvent {
  const data = schemeTold.parse({ schemeId: row.id, scheme: row.locator, employer: row.employer_party_locator, account: row.account_locator, productCode: row.product_code });
  return { topic: 'group_scheme.scheme', key: row.locator, type: `olly.group_scheme.scheme.${what}.v1`, data };
}

export const memberTold = z.object({
  schemeId: z.uuid(),
  scheme: z.string(),
  memberId: z.uuid(),
  partyId: z.uuid(),
  party: z.string(),
  /** Of a member who has cover. */
  policy: z.string().nullable(),
  on: z.iso.date(),
  access: z.array(accessEntry),
});

/** The employer sees the member, as docs/access.md says how far, while they are in the scheme. The key is the member's party, so that a person's stays keep their order. */
export function memberEvent(what: 'joined' | 'left' | 'changed' | 'reinstated', row: SchemeMemberRow): NewEvent {
  const grant: AccessEntry = {
    party: row.scheme_locator,
    partyId: row.scheme_id,
    target: row.member_party_locator,
    targetId: row.member_party_id,
    role: 'SCHEME',
    from: row.joined_on,
    to: row.left_on,
  };
  const data = memberTold.parse({
    schemeId: row.scheme_id,
    scheme: row.scheme_locator,
    memberId: row.id,
    partyId: row.member_party_id,
    party: row.member_party_locator,
    policy: row.policy_locator,
    on: what === 'left' ? row.left_on : row.joined_on,
    access: what === 'left' && row.left_on === row.joined_on ? [] : [grant],
  });
  return { topic: 'group_scheme.member', key: `${row.scheme_locator}/${row.member_party_locator}`, type: `olly.group_scheme.scheme.member_${what}.v1`, data };
}
