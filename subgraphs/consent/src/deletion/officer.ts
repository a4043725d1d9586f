/** What a privacy officer does: starts the work, asks for two more months, places and lifts legal holds, and says how long which class of data is kept. */
import { notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { addMonths, addYears, type IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { DeletionRequestRow, LegalHoldRow, RetentionRuleRow } from '../mappers.ts';
import { deletionMachine, reasonOf } from './deletion.ts';
import { deletionRequestExtended } from './events.ts';
import { askNext, moveOn, planSystems } from './saga.ts';
import { insertStep, lockDeletion } from './store.ts';

const EXTENSION_MONTHS = 2;
const MINOR_KEPT_TO_AGE = 25;

/** The last day of the year of the 25th birthday; null for who is older. The day itself would tell a birth date. */
export function keepMinorUntil(dateOfBirth: IsoDate | null, today: IsoDate): IsoDate | null {
  if (!dateOfBirth) return null;
  const day = addYears(dateOfBirth, MINOR_KEPT_TO_AGE);
  return day > today ? `${day.slice(0, 4)}-12-31` : null;
}

async function isHeld(tx: PoolClient, party: string): Promise<boolean> {
  return ((await tx.query('SELECT 1 FROM consent.legal_holds WHERE party_locator = $1 AND lifted_at IS NULL LIMIT 1', [party])).rowCount ?? 0) > 0;
}

/** Starts the work; under a legal hold it waits before the first system. Throws `Refused`. */
export async function startDeletion(ctx: Context, locator: string): Promise<DeletionRequestRow> {
  const seen = await ctx.loaders.deletionByLocator.load(locator);
  if (!seen) throw notFound('The deletion request');
  const party = await ctx.ports.parties.find(seen.party_locator);
  if (!party) throw notFound('The party');
  return transaction(ctx.pool, async (tx) => {
    const before = await lockDeletion(tx, seen.id);
    deletionMachine.next(before.status, 'start');
    await tx.query('UPDATE consent.deletion_requests SET party_id = $2, keep_minor_until = $3 WHERE id = $1', [seen.id, party.id, keepMinorUntil(party.dateOfBirth, ctx.clock.today())]);
    await planSystems(tx, ctx, seen.id);
    const started = await moveOn(tx, ctx, before, 'start', ctx.identity.subject);
    return (await isHeld(tx, seen.party_locator)) ? moveOn(tx, ctx, started, 'hold', ctx.identity.subject) : askNext(tx, ctx, started);
  });
}

/** Two more months, once, when the person is told within the first. Throws `Refused`. */
export async function extendDeletion(ctx: Context, locator: string): Promise<DeletionRequestRow> {
  const seen = await ctx.loaders.deletionByLocator.load(locator);
  if (!seen) throw notFound('The deletion request');
  return transaction(ctx.pool, async (tx) => {
    const before = await lockDeletion(tx, seen.id);
    if (['COMPLETED', 'REFUSED', 'CANCELLED'].includes(before.status)) throw new Refused('ILLEGAL_TRANSITION', `The deletion request is ${before.status} and cannot be extended.`);
    if (before.extended_at) throw new Refused('ALREADY_EXTENDED', 'The time was extended once before.');
    if (ctx.clock.today() > before.due_on) throw new Refused('TOLD_TOO_LATE', `The person had to be told by ${before.due_on}.`);
    const { rows } = await tx.query<DeletionRequestRow>('UPDATE consent.deletion_requests SET due_on = $2, extended_at = $3 WHERE id = $1 RETURNING *', [seen.id, addMonths(before.due_on, EXTENSION_MONTHS), ctx.clock.now()]);
    const after = rows[0] as DeletionRequestRow;
    await insertStep(tx, ctx, { entityId: seen.id, command: 'extend', from: before.status, to: after.status, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [deletionRequestExtended(after)]);
    return after;
  });
}

const WORKING = "party_locator = $1 AND status = $2 ORDER BY id FOR UPDATE";

async function moveAll(tx: PoolClient, ctx: Context, party: string, from: 'IN_PROGRESS' | 'ON_HOLD'): Promise<void> {
  const { rows } = await tx.query<DeletionRequestRow>(`SELECT * FROM consent.deletion_requests WHERE ${WORKING}`, [party, from]);
  for (const request of rows) {
    const moved = await moveOn(tx, ctx, request, from === 'IN_PROGRESS' ? 'hold' : 'resume', ctx.identity.subject);
    if (from === 'ON_HOLD' && (await isIdle(tx, request.id))) await askNext(tx, ctx, moved);
  }
}

/** No system is at work: one that was asked before the hold asks the next itself when it has acknowledged. */
async function isIdle(tx: PoolClient, requestId: string): Promise<boolean> {
  return !(await tx.query('SELECT 1 FROM consent.deletion_progress WHERE request_id = $1 AND asked_at IS NOT NULL AND acknowledged_at IS NULL LIMIT 1', [requestId])).rowCount;
}

export async function placeLegalHold(ctx: Context, party: string, text: string): Promise<LegalHoldRow> {
  const reason = reasonOf(text);
  if (!reason) throw new Refused('REASON_MISSING', 'reason: which dispute or inquiry.', 'reason');
  if (!(await ctx.ports.parties.exists(party))) throw notFound('The party');
  return transaction(ctx.pool, async (tx) => {
    const { rows } = await tx.query<LegalHoldRow>('INSERT INTO consent.legal_holds (id, party_locator, reason, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5) RETURNING *', [ctx.ids.id(), party, reason, ctx.identity.subject, ctx.clock.now()]);
    await moveAll(tx, ctx, party, 'IN_PROGRESS');
    return rows[0] as LegalHoldRow;
  });
}

/** Lifts a hold; with the last one the party's requests go on. */
export async function liftLegalHold(ctx: Context, id: string): Promise<LegalHoldRow> {
  return transaction(ctx.pool, async (tx) => {
    const { rows } = await tx.query<LegalHoldRow>('UPDATE consent.legal_holds SET lifted_by = $2, lifted_at = $3 WHERE id::text = $1 AND lifted_at IS NULL RETURNING *', [id, ctx.identity.subject, ctx.clock.now()]);
    const [hold] = rows;
    if (!hold) throw notFound('The legal hold');
    if (!(await isHeld(tx, hold.party_locator))) await moveAll(tx, ctx, hold.party_locator, 'ON_HOLD');
    return hold;
  });
}

/** From now on; what a certificate has promised to keep is reckoned anew when it is asked for again. */
export async function saveRetentionRule(ctx: Context, dataClass: string, years: number): Promise<RetentionRuleRow> {
  if (!(years >= 0 && years <= 50)) throw new Refused('YEARS_INVALID', 'years: 0 to 50.', 'years');
  const { rows } = await ctx.pool.query<RetentionRuleRow>('UPDATE consent.retention_rules SET years = $2, changed_by = $3, changed_at = $4 WHERE data_class = $1 RETURNING *', [dataClass, years, ctx.identity.subject, ctx.clock.now()]);
  if (!rows[0]) throw new Refused('DATA_CLASS_UNKNOWN', 'dataClass: one of those of `retentionRules`.', 'dataClass');
  return rows[0];
}
