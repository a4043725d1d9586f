/** Joining and leaving a scheme. Whoever acts for a scheme does it for that scheme only. */
import { badInput, notFound, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction, violation } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { SchemeMemberRow } from '../mappers.ts';
import { insertAudit, lockScheme } from '../scheme/store.ts';
import { memberEvent } from './events.ts';
import { checkJoining, checkRejoining, member as states } from './member.ts';
import { insertMember, leave, lockMember, lockMemberById, openPeriod, reopenMember } from './store.ts';

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

/** Ends a membership. The policy ends with it; enrollment hears it by the event. */
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
    return left;
  });
}
