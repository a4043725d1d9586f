/** Booking, cancelling, moving and finishing appointments. The slot's row is the lock: booked and appointment change together or not at all. */
import { notFound, Refused, stateMachine } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { insertAudit } from '../audit.ts';
import type { Context } from '../context.ts';
import { lockOpenEpisode } from '../episode/commands.ts';
import { appointmentEvent } from '../events.ts';
import type { AppointmentRow, ProviderSlotRow } from '../mappers.ts';
import { partyOf } from '../slot/commands.ts';
import { slot as slotStates } from '../slot/slot.ts';
import { lockSlot, setSlot } from '../slot/store.ts';
import { freeText, publicLink } from '../text.ts';

const NOTES_MAX = 4_000;

export const appointment = stateMachine<AppointmentRow['status'], 'cancel' | 'complete' | 'miss' | 'reschedule'>('The appointment', [
  ['BOOKED', 'cancel', 'CANCELLED'],
  ['BOOKED', 'reschedule', 'BOOKED'],
  ['BOOKED', 'complete', 'COMPLETED'],
  ['BOOKED', 'miss', 'NO_SHOW'],
]);

/** Locks a slot that the caller holds right now. */
async function lockHeld(ctx: Context, tx: PoolClient, locator: string): Promise<ProviderSlotRow> {
  const row = await lockSlot(tx, locator);
  if (!row) throw notFound('The slot');
  if (row.status !== 'HELD' || row.held_by !== partyOf(ctx)) throw new Refused('NOT_HELD', 'Hold the slot first.', 'slot');
  if ((row.held_until as Date) <= ctx.clock.now()) throw new Refused('HOLD_EXPIRED', 'The hold is over; hold the slot again.', 'slot');
  return row;
}

async function lockAppointment(ctx: Context, tx: PoolClient, locator: string): Promise<AppointmentRow> {
  if (!(await ctx.loaders.appointmentByLocator.load(locator))) throw notFound('The appointment');
  return (await tx.query<AppointmentRow>('SELECT * FROM public.appointments WHERE locator = $1 FOR UPDATE', [locator])).rows[0] as AppointmentRow;
}

export interface BookAppointmentInput {
  readonly slot: string;
  readonly episode: string;
  readonly type: AppointmentRow['type'];
  readonly linkOutUrl?: string | null;
  readonly referral?: string | null;
}

export async function bookAppointment(ctx: Context, input: BookAppointmentInput): Promise<AppointmentRow> {
  const link = input.linkOutUrl ? publicLink(input.linkOutUrl, 'linkOutUrl') : null;
  if (link && input.type !== 'VIDEO') throw new Refused('LINK_INVALID', 'A link is for video appointments.', 'linkOutUrl');
  const referral = input.referral ? await ctx.loaders.referralByLocator.load(input.referral) : null;
  if (input.referral && !referral) throw notFound('The referral');
  return transaction(ctx.pool, async (tx) => {
    const episode = await lockOpenEpisode(ctx, tx, input.episode);
    const slot = await lockHeld(ctx, tx, input.slot);
    slotStates.next(slot.status, 'book');
    const { rows } = await tx.query<AppointmentRow>(
      `INSERT INTO public.appointments (id, locator, episode_id, episode_locator, party_locator, provider_locator, type, status, slot_locator, link_out_url, scheduled_at, ends_at, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'BOOKED', $8, $9, $10, $11, $12, $12) RETURNING *`,
      [ctx.ids.id(), ctx.ids.locator('apt'), episode.id, episode.locator, episode.party_locator, slot.provider_locator, input.type, slot.locator, link, slot.start_time, slot.end_time, ctx.clock.now()],
    );
    const row = rows[0] as AppointmentRow;
    await setSlot(tx, slot.id, 'BOOKED', row.locator);
    await tx.query('UPDATE public.episodes SET treated_by = array_append(treated_by, $2) WHERE id = $1 AND NOT treated_by @> ARRAY[$2]', [episode.id, slot.provider_locator]);
    if (referral) {
      const booked = await tx.query("UPDATE public.diagnostics_referrals SET status = 'BOOKED', appointment_locator = $2 WHERE id = $1 AND status = 'OPEN' AND episode_id = $3 AND clinic_locator = $4", [referral.id, row.locator, episode.id, slot.provider_locator]);
      if (!booked.rowCount) throw new Refused('REFERRAL_NOT_OPEN', 'The referral is not open, or is to another clinic.', 'referral');
    }
    await insertAudit(tx, ctx, { entity: 'APPOINTMENT', entityId: row.id, command: 'book', to: 'BOOKED', actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [appointmentEvent('booked', row)]);
    return row;
  });
}

/** Frees the slot of an appointment that will not take place there; a slot that lies behind us stays as it was. */
async function freeSlot(tx: PoolClient, locator: string): Promise<void> {
  const slot = await lockSlot(tx, locator);
  if (slot?.status === 'BOOKED') await setSlot(tx, slot.id, slotStates.next('BOOKED', 'free') as 'AVAILABLE');
}

function mustNotHaveBegun(ctx: Context, row: AppointmentRow): void {
  if (row.scheduled_at <= ctx.clock.now()) throw new Refused('APPOINTMENT_BEGUN', 'The appointment has begun.');
}

export async function cancelAppointment(ctx: Context, locator: string): Promise<AppointmentRow> {
  return transaction(ctx.pool, async (tx) => {
    const row = await lockAppointment(ctx, tx, locator);
    const to = appointment.next(row.status, 'cancel');
    mustNotHaveBegun(ctx, row);
    await freeSlot(tx, row.slot_locator);
    await tx.query("UPDATE public.diagnostics_referrals SET status = 'OPEN', appointment_locator = NULL WHERE appointment_locator = $1 AND status = 'BOOKED'", [locator]);
    const { rows } = await tx.query<AppointmentRow>('UPDATE public.appointments SET status = $2, updated_at = $3 WHERE id = $1 RETURNING *', [row.id, to, ctx.clock.now()]);
    await insertAudit(tx, ctx, { entity: 'APPOINTMENT', entityId: row.id, command: 'cancel', from: row.status, to, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [appointmentEvent('cancelled', rows[0] as AppointmentRow)]);
    return rows[0] as AppointmentRow;
  });
}

/** Moves to another slot in one step: the old one is free exactly when the new one is booked. */
export async function rescheduleAppointment(ctx: Context, { locator, slot: target }: { locator: string; slot: string }): Promise<AppointmentRow> {
  return transaction(ctx.pool, async (tx) => {
    const row = await lockAppointment(ctx, tx, locator);
    appointment.next(row.status, 'reschedule');
    mustNotHaveBegun(ctx, row);
    const slot = await lockHeld(ctx, tx, target);
    if (slot.provider_locator !== row.provider_locator) throw new Refused('OTHER_PROVIDER', 'An appointment is moved within one provider’s calendar.', 'slot');
    await freeSlot(tx, row.slot_locator);
    await setSlot(tx, slot.id, 'BOOKED', row.locator);
    const { rows } = await tx.query<AppointmentRow>('UPDATE public.appointments SET slot_locator = $2, scheduled_at = $3, ends_at = $4, updated_at = $5 WHERE id = $1 RETURNING *', [
      row.id, slot.locator, slot.start_time, slot.end_time, ctx.clock.now(),
    ]);
    await insertAudit(tx, ctx, { entity: 'APPOINTMENT', entityId: row.id, command: 'reschedule', from: 'BOOKED', to: 'BOOKED', actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [appointmentEvent('rescheduled', rows[0] as AppointmentRow)]);
    return rows[0] as AppointmentRow;
  });
}

export async function finishAppointment(ctx: Context, { locator, isAttended, notes }: { locator: string; isAttended: boolean; notes?: string | null }): Promise<AppointmentRow> {
  const text = freeText(notes, 'notes', NOTES_MAX);
  return transaction(ctx.pool, async (tx) => {
    const row = await lockAppointment(ctx, tx, locator);
    const command = isAttended ? 'complete' : 'miss';
    const to = appointment.next(row.status, command);
    if (row.scheduled_at > ctx.clock.now()) throw new Refused('APPOINTMENT_NOT_BEGUN', 'The appointment has not begun.');
    const { rows } = await tx.query<AppointmentRow>('UPDATE public.appointments SET status = $2, notes = coalesce($3, notes), updated_at = $4 WHERE id = $1 RETURNING *', [row.id, to, text, ctx.clock.now()]);
    if (isAttended) await tx.query("UPDATE public.diagnostics_referrals SET status = 'COMPLETED' WHERE appointment_locator = $1 AND status = 'BOOKED'", [locator]);
    await insertAudit(tx, ctx, { entity: 'APPOINTMENT', entityId: row.id, command, from: row.status, to, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [appointmentEvent(isAttended ? 'completed' : 'missed', rows[0] as AppointmentRow)]);
    return rows[0] as AppointmentRow;
  });
}
