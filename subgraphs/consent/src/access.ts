/**
 * Who sees and changes which consent and deletion request; docs/access.md says what each relation gives. All three tables name the party by its locator, so the
 * rules are the same, and a row need not exist to ask them: `{ party_locator }` is enough.
 */
import type { AccessRules, TableAccess } from '@olly/kit/auth';
import { notFound } from '@olly/kit/errors';
import type { Context } from './context.ts';
import type { ActingAs } from './mappers.ts';

const relations: TableAccess['relations'] = {
  OWN: (who) => (who.party ? { party_locator: who.party.locator } : undefined),
  WARD: (_who, grants) => ({ party_locator: { in: grants.targets('GUARDIAN') } }),
};

export const access: AccessRules = {
  consent_records: { type: 'ConsentRecord', relations },
  consent_audit: { type: 'ConsentRecord', relations },
  deletion_requests: { type: 'DeletionRequest', relations },
};

/**
 * In which part the caller acts for a party: as itself, as guardian, or as an officer. Throws NOT_FOUND when in none, and for an officer also when there is
 * no such party: the others' right already proves that there is.
 */
export async function actingFor(ctx: Context, table: 'consent_records' | 'deletion_requests', partyLocator: string): Promise<ActingAs> {
  const ability = await ctx.ability();
  if (!ability.seesFully(table, { party_locator: partyLocator })) throw notFound('The party');
  if (ctx.identity.party?.locator === partyLocator) return 'MEMBER';
  if (!ctx.identity.roles.includes('privacy')) return 'GUARDIAN';
  if (!(await ctx.ports.parties.exists(partyLocator))) throw notFound('The party');
  return 'OFFICER';
}

/** The party that a command is about: the one named, else the caller's own. Throws NOT_FOUND for staff who name none. */
export function partyOf(ctx: Context, partyLocator: string | null | undefined): string {
  const party = partyLocator ?? ctx.identity.party?.locator;
  if (!party) throw notFound('The party');
  return party;
}
