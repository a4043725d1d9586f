/**
 * Registering and changing parties, and what they are to others. Each command gathers, decides (party.ts) and saves row, grants, audit and event in one transaction.
 */
import { type AccessEntry, hasRole, replaceAccess } from '@olly/kit/auth';
import { badInput, forbidden, notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { anniversary, type IsoDate, later } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { Address, PartyRoleRow, PartyRoleType, PartyRow } from '../mappers.ts';
import { partyRegisteredEvent } from './events.ts';
import { addressOf, checkGuardian, emailOf, isMinor, type NewParty, partyData, phoneOf } from './party.ts';
import { endRole, findParty, findRole, insertAudit, insertParty, insertRole, type PartyChanges, updateParty } from './store.ts';

/** A dependant's own claims and letters are theirs alone from this birthday on. */
const OWN_PRIVACY_AGE = 16;

export interface RegisterPartyInput extends NewParty {
  readonly guardianLocator?: string | null;
  readonly idempotencyKey: string;
}

/** Who may see a new party besides itself: its guardian, the member who registered a grown relative, and the broker or scheme that registered it. */
function grantsOf(ctx: Context, party: PartyRow, guardian: PartyRow | null): AccessEntry[] {
  const today = ctx.clock.today();
  const target = { target: party.locator, targetId: party.id };
  const entries: AccessEntry[] = [];
  if (guardian && party.date_of_birth) {
    const until = anniversary(party.date_of_birth, OWN_PRIVACY_AGE);
    const who = { party: guardian.locator, partyId: guardian.id, ...target };
    if (today < until) entries.push({ ...who, role: 'GUARDIAN', from: today, to: until });
    entries.push({ ...who, role: 'FAMILY', from: later(today, until), to: null });
  }
  // Who registers an adult of their own, a spouse say, may insure them; they see the name and no more.
  const registrar = ctx.identity.party;
  const isFamily = !guardian && party.type === 'INDIVIDUAL' && registrar !== undefined && hasRole(ctx.identity, 'member') && !ctx.identity.actsFor.broker && !ctx.identity.actsFor.scheme;
  if (isFamily) entries.push({ party: registrar.locator, partyId: registrar.id, ...target, role: 'FAMILY', from: today, to: null });
  for (const [kind, role] of [['broker', 'BROKER'], ['scheme', 'SCHEME']] as const) {
    const actor = ctx.identity.actsFor[kind];
    if (actor && ctx.identity.party) entries.push({ party: actor, partyId: ctx.identity.party.id, ...target, role, from: today, to: null });
  }
  return entries;
}

/** Registers a party. Throws `Refused`; a guardian that the caller may not see is NOT_FOUND. */
export async function registerParty(ctx: Context, { idempotencyKey, guardianLocator, ...input }: RegisterPartyInput): Promise<PartyRow> {
  const today = ctx.clock.today();
  const guardian = guardianLocator ? await ctx.loaders.partyByLocator.load(guardianLocator) : null;
  if (guardianLocator && !guardian) throw notFound('The guardian');
  const data = partyData(input, today);
  checkGuardian(data, guardian, today);
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `registerParty:${ctx.identity.subject}`, key: idempotencyKey, body: { ...input, guardianLocator } };
    const id = await once(tx, call, async () => {
      const party = await insertParty(tx, ctx, data);
      const access = grantsOf(ctx, party, guardian);
      if (guardian) await insertRole(tx, ctx, { party_id: guardian.id, role_type: 'GUARDIAN', locator: party.locator, valid_from: today });
      await replaceAccess(tx, ctx.schema, party.locator, access, party.id);
      await insertAudit(tx, ctx, { entity: 'PARTY', entityId: party.id, command: 'register', actor: ctx.identity.subject });
      await appendToOutbox(tx, ctx, [partyRegisteredEvent(party, access)]);
      return party.id;
    });
    return findParty(tx, id);
  });
}

export interface UpdatePartyInput {
  readonly locator: string;
  readonly version: number;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly address?: Address | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
}

function changesOf(party: PartyRow, input: UpdatePartyInput): PartyChanges {
  const changes: PartyChanges = {};
  if (input.email !== undefined) changes.email = emailOf(input.email);
  if (input.phone !== undefined) changes.phone = phoneOf(input.phone);
  if (input.address !== undefined) changes.address = addressOf(input.address);
  if (input.firstName != null || input.lastName != null) {
    const renamed = partyData({ type: party.type, firstName: input.firstName ?? party.first_name, lastName: input.lastName ?? party.last_name, dateOfBirth: party.date_of_birth }, '9999-12-31');
    Object.assign(changes, { first_name: renamed.first_name, last_name: renamed.last_name, name: renamed.name });
  }
  return changes;
}

/** Changes contact details, or a name for staff. The caller's version must be the current one. */
export async function changeParty(ctx: Context, input: UpdatePartyInput): Promise<PartyRow> {
  const party = await ctx.loaders.partyByLocator.load(input.locator);
  if (!party || !(await ctx.ability()).seesFully('parties', party)) throw notFound('The party');
  if ((input.firstName != null || input.lastName != null) && !hasRole(ctx.identity, 'underwriter', 'admin')) throw forbidden('A name is changed by staff.');
  const changes = changesOf(party, input);
  return transaction(ctx.pool, async (tx) => {
    const changed = await updateParty(tx, ctx, party.id, input.version, changes);
    if (!changed) throw new Refused('CONFLICT', 'The party was changed meanwhile; read it again.', 'version');
    await insertAudit(tx, ctx, { entity: 'PARTY', entityId: party.id, command: 'update', actor: ctx.identity.subject });
    return changed;
  });
}

export interface AssignRoleInput {
  readonly partyLocator: string;
  readonly roleType: PartyRoleType;
  readonly target: string;
  readonly validFrom?: IsoDate | null;
}

/** Gives a party a role. A guardian must be an adult. */
export async function assignRole(ctx: Context, { partyLocator, roleType, target, validFrom }: AssignRoleInput): Promise<PartyRoleRow> {
  const party = await ctx.loaders.partyByLocator.load(partyLocator);
  if (!party) throw notFound('The party');
  if (!/^[a-z]{2,5}_[0-9a-z]{26}$/.test(target)) throw badInput('target: a locator', 'target');
  if (roleType === 'GUARDIAN' && isMinor(party, ctx.clock.today())) throw new Refused('GUARDIAN_NOT_ADULT', 'The guardian must be an adult.', 'partyLocator');
  return transaction(ctx.pool, async (tx) => {
    const role = await insertRole(tx, ctx, { party_id: party.id, role_type: roleType, locator: target, valid_from: validFrom ?? ctx.clock.today() });
    if (!role) throw new Refused('ROLE_EXISTS', 'The party has this role already.');
    await insertAudit(tx, ctx, { entity: 'PARTY', entityId: party.id, command: `assign ${roleType}`, actor: ctx.identity.subject });
    return role;
  });
}

/** Ends a role on a day after it began. */
export async function finishRole(ctx: Context, { id, validTo }: { id: string; validTo?: IsoDate | null }): Promise<PartyRoleRow> {
  return transaction(ctx.pool, async (tx) => {
    const role = await findRole(tx, id);
    if (!role) throw notFound('The role');
    if (role.valid_to) throw new Refused('ROLE_ENDED', `The role has ended on ${role.valid_to}.`);
    const end = validTo ?? ctx.clock.today();
    if (end <= role.valid_from) throw new Refused('PERIOD_INVALID', `The role began on ${role.valid_from}; it ends later than that.`, 'validTo');
    await insertAudit(tx, ctx, { entity: 'PARTY', entityId: role.party_id, command: `end ${role.role_type}`, actor: ctx.identity.subject });
    return (await endRole(tx, id, end)) as PartyRoleRow;
  });
}
