/** Joining and leaving a scheme. Whoever acts for a scheme does it for that scheme only. */
import { badInput, notFound, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction, violation } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { SchemeMemberRow } from '../mappers.ts';
import { PortRefusal } from '../ports/ports.ts';
import { insertAudit, lockScheme } from '../scheme/store.ts';
import { memberEvent } from './events.ts';
import { checkJoining, checkRejoining, member as states } from './member.ts';
import { askForCover } from './cover.ts';
import { insertMember, leave, lockMember, lockMemberById, openPeriod, reopenMember, reopenStay, setEmployeeNumber } from './store.ts';

export interface JoinSchemeInput {
  readonly scheme: string;
  readonly partyId: string;
  readonly partyLocator: string;
  readonly joinedOn: IsoDate;
  readonly employeeNumber?: string | null;
}

/** Adds a person, or takes one back. Throws `Refused`. */
export async function joinScheme(ctx: Context, input: JoinSchemeInput): Promise<SchemeMemberRow> {
  if (!isId(input.partyId) || !isLocator(input.partyLocator, 'pty')) throw badInput('partyLocator: the id and locator of a party', 'partyLocator');
  if (!(await ctx.loaders.schemeByLocator.load(input.scheme))) throw notFound('The scheme');
  const joining = { ...input, employeeNumber: input.employeeNumber?.trim() || null };
  const run = transaction(ctx.pool, async (tx) => {
    const scheme = await lockScheme(tx, input.scheme, 'SHARE');
    if (!scheme) throw notFound('The scheme');
    checkJoining(scheme, input.joinedOn);
    const fresh = await insertMember(tx, ctx, scheme, joining);
    const known = fresh ?? ((await lockMember(tx, scheme.id, input.partyLocator)) as SchemeMemberRow);
    if (!fresh) checkRejoining(known, input.joinedOn);
    const row = fresh ?? (await reopenMember(tx, ctx, known.id, joining));
    await openPeriod(tx, ctx, row.id, input.joinedOn);
    await insertAudit(tx, ctx, { entity: 'MEMBER', entityId: row.id, command: fresh ? 'join' : 'rejoin', from: fresh ? null : known.status, to: row.status, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [memberEvent('joined', row)]);
    return row;
  });
  return run.catch((error: unknown) => {
    if (violation(error)?.constraint === 'scheme_members_employee_number') throw new Refused('EMPLOYEE_NUMBER_TAKEN', 'Another member has this employee number.', 'employeeNumber');
    throw error;
  });
}

/** Ends a membership. The policy ends with it: a job of the same transaction asks enrollment, and what is given back goes to the account that paid. */
export async function leaveScheme(ctx: Context, { id, leftOn }: { id: string; leftOn: IsoDate }): Promise<SchemeMemberRow> {
  if (!isId(id)) throw badInput('id: a UUID', 'id');
  const seen = await ctx.loaders.memberById.load(id);
  if (!seen) throw notFound('The membership');
  return transaction(ctx.pool, async (tx) => {
    const row = (await lockMemberById(tx, id)) as SchemeMemberRow;
    const to = states.next(row.status, 'leave');
    if (leftOn < row.joined_on) throw new Refused('DATE_BEFORE_JOINING', `The person joined on ${row.joined_on}.`, 'leftOn');
    const left = await leave(tx, ctx, id, leftOn);
    await insertAudit(tx, ctx, { entity: 'MEMBER', entityId: id, command: 'leave', from: row.status, to, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [memberEvent('left', left)]);
    if (left.policy_locator) await askForCover(tx, { memberId: id, change: 'END', policy: left.policy_locator, on: leftOn, by: ctx.identity.subject });
    return left;
  });
}

/** Takes a leaving back, without a gap: the policy is brought back as well. Whoever left without cover joins again instead. Throws `Refused`. */
export async function reinstateMember(ctx: Context, id: string): Promise<SchemeMemberRow> {
  if (!isId(id)) throw badInput('id: a UUID', 'id');
  if (!(await ctx.loaders.memberById.load(id))) throw notFound('The membership');
  return transaction(ctx.pool, async (tx) => {
    const row = (await lockMemberById(tx, id)) as SchemeMemberRow;
    const to = states.next(row.status, 'reinstate');
    if (!row.policy_locator) throw new Refused('NOT_COVERED', 'The person left before they were covered; let them join again.', 'id');
    const back = await reopenStay(tx, ctx, id);
    await insertAudit(tx, ctx, { entity: 'MEMBER', entityId: id, command: 'reinstate', from: row.status, to, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [memberEvent('reinstated', back)]);
    await askForCover(tx, { memberId: id, change: 'REINSTATE', policy: row.policy_locator, on: row.left_on as IsoDate, by: ctx.identity.subject });
    return back;
  });
}

/** Gives a member another employee number. Throws `Refused`. */
export async function changeMember(ctx: Context, { id, employeeNumber }: { id: string; employeeNumber?: string | null }): Promise<SchemeMemberRow> {
  if (!isId(id)) throw badInput('id: a UUID', 'id');
  if (!(await ctx.loaders.memberById.load(id))) throw notFound('The membership');
  const number = employeeNumber?.trim() || null;
  if (number !== null && number.length > 40) throw new Refused('TEXT_TOO_LONG', 'employeeNumber: at most 40 characters.', 'employeeNumber');
  const run = transaction(ctx.pool, async (tx) => {
    await lockMemberById(tx, id);
    const changed = await setEmployeeNumber(tx, ctx, id, number);
    await insertAudit(tx, ctx, { entity: 'MEMBER', entityId: id, command: 'change', from: changed.status, to: changed.status, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [memberEvent('changed', changed)]);
    return changed;
  });
  return run.catch((error: unknown) => {
    if (violation(error)?.constraint === 'scheme_members_employee_number') throw new Refused('EMPLOYEE_NUMBER_TAKEN', 'Another member has this employee number.', 'employeeNumber');
    throw error;
  });
}

export interface ChangeDependantsInput {
  readonly id: string;
  readonly effectiveDate: IsoDate;
  readonly join?: readonly { readonly partyLocator: string; readonly relationship: string }[] | null;
  readonly leave?: readonly string[] | null;
  readonly idempotencyKey: string;
}

/** Dependants follow the member: they join and leave the member's policy by an endorsement. Enrollment decides; its refusal is passed on. */
export async function changeDependants(ctx: Context, { id, effectiveDate, join, leave: leaving, idempotencyKey }: ChangeDependantsInput): Promise<SchemeMemberRow> {
  if (!isId(id)) throw badInput('id: a UUID', 'id');
  const member = await ctx.loaders.memberById.load(id);
  if (!member) throw notFound('The membership');
  if (member.status !== 'ACTIVE' || !member.policy_locator) throw new Refused('NOT_COVERED', `The membership is ${member.status}; dependants join a covered member.`, 'id');
  if (leaving?.includes(member.member_party_locator)) throw new Refused('MEMBER_LEAVES', 'The member leaves by `leaveScheme`.', 'leave');
  const change = { locator: member.policy_locator, effectiveDate, addInsured: join ?? [], removeInsured: leaving ?? [] };
  try {
    await ctx.ports.endorse(change, `dependants:${ctx.identity.subject}:${idempotencyKey}`, ctx.identity.subject);
  } catch (error) {
    if (error instanceof PortRefusal) throw new Refused(error.code, error.message, error.field ?? undefined);
    throw error;
  }
  return transaction(ctx.pool, async (tx) => {
    const row = (await lockMemberById(tx, id)) as SchemeMemberRow;
    await insertAudit(tx, ctx, { entity: 'MEMBER', entityId: id, command: 'change dependants', from: row.status, to: row.status, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [memberEvent('changed', row)]);
    return row;
  });
}
