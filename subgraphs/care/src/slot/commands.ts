/** Publishing, closing, holding and giving back slots. */
import { forbidden, notFound, Refused } from '@olly/kit/errors';
import { hasRole } from '@olly/kit/auth';
import { transaction, violation } from '@olly/kit/postgres';
import { insertAudit } from '../audit.ts';
import type { Context } from '../context.ts';
import type { ProviderSlotRow } from '../mappers.ts';
import { checkTimes, HOLDS_MAX, slot as states, statusAt } from './slot.ts';
import { countHolds, insertSlots, lockSlot, setSlot, takeHold } from './store.ts';

/** A provider's calendar is kept by those who act for it, and by administrators. */
function mustKeepCalendar(ctx: Context, provider: string): void {
  if (ctx.identity.actsFor.provider !== provider && !hasRole(ctx.identity, 'admin')) throw forbidden('The calendar belongs to somebody else.');
}

/** The person who asks; only people with a party hold slots. */
export function partyOf(ctx: Context): string {
  if (!ctx.identity.party) throw forbidden('Only a member can do this.');
  return ctx.identity.party.locator;
}

export interface PublishSlotsInput {
  readonly provider: string;
  readonly timeZone: string;
  readonly slots: readonly { readonly startTime: Date | string; readonly endTime: Date | string }[];
}

/** All or none. Overlaps with what is published are refused by the database. */
export async function publishSlots(ctx: Context, { provider, timeZone, slots }: PublishSlotsInput): Promise<ProviderSlotRow[]> {
  mustKeepCalendar(ctx, provider);
  if (timeZone !== 'UTC' && !Intl.supportedValuesOf('timeZone').includes(timeZone)) throw new Refused('SLOT_INVALID', 'timeZone: an IANA time zone.', 'timeZone');
  const times = slots.map(({ startTime, endTime }) => ({ startTime: new Date(startTime), endTime: new Date(endTime) }));
  checkTimes(times, ctx.clock.now());
  const run = transaction(ctx.pool, async (tx) => {
    const rows = await insertSlots(tx, ctx, provider, timeZone, times);
    await insertAudit(tx, ctx, ...rows.map((row) => ({ entity: 'SLOT' as const, entityId: row.id, command: 'publish', to: row.status, actor: ctx.identity.subject })));
    return rows;
  });
  return run.catch((error: unknown) => {
    if (violation(error)?.constraint === 'provider_slots_do_not_overlap') throw new Refused('SLOTS_OVERLAP', 'A slot is published at some of these times.', 'slots');
    throw error;
  });
}

export async function closeSlot(ctx: Context, { slot: locator, isWithdrawn }: { slot: string; isWithdrawn: boolean }): Promise<ProviderSlotRow> {
  return transaction(ctx.pool, async (tx) => {
    const row = await lockSlot(tx, locator);
    if (!row) throw notFound('The slot');
    mustKeepCalendar(ctx, row.provider_locator);
    const from = statusAt(row, ctx.clock.now());
    const command = isWithdrawn ? 'withdraw' : 'block';
    const to = states.next(from, command) as 'BLOCKED' | 'WITHDRAWN';
    await insertAudit(tx, ctx, { entity: 'SLOT', entityId: row.id, command, from, to, actor: ctx.identity.subject });
    return setSlot(tx, row.id, to);
  });
}

/** Exactly one caller gets it. Holding one's own held slot again prolongs it. */
export async function holdSlot(ctx: Context, locator: string): Promise<ProviderSlotRow> {
  const party = partyOf(ctx);
  const now = ctx.clock.now();
  return transaction(ctx.pool, async (tx) => {
    if ((await countHolds(tx, party, now, locator)) >= HOLDS_MAX) throw new Refused('TOO_MANY_HOLDS', `At most ${HOLDS_MAX} slots are held at a time.`);
    const held = await takeHold(tx, locator, party, now);
    if (held) {
      await insertAudit(tx, ctx, { entity: 'SLOT', entityId: held.id, command: 'hold', from: 'AVAILABLE', to: 'HELD', actor: ctx.identity.subject });
      return held;
    }
    const row = await lockSlot(tx, locator);
    if (!row) throw notFound('The slot');
    if (row.start_time <= now) throw new Refused('SLOT_IN_PAST', 'The slot has begun.', 'slot');
    throw new Refused('SLOT_TAKEN', 'Somebody else has the slot.', 'slot');
  });
}

export async function releaseSlot(ctx: Context, locator: string): Promise<ProviderSlotRow> {
  const party = partyOf(ctx);
  return transaction(ctx.pool, async (tx) => {
    const row = await lockSlot(tx, locator);
    if (!row) throw notFound('The slot');
    if (statusAt(row, ctx.clock.now()) !== 'HELD' || row.held_by !== party) throw new Refused('NOT_HELD', 'You do not hold this slot.', 'slot');
    await insertAudit(tx, ctx, { entity: 'SLOT', entityId: row.id, command: 'release', from: 'HELD', to: 'AVAILABLE', actor: ctx.identity.subject });
    return setSlot(tx, row.id, 'AVAILABLE');
  });
}
