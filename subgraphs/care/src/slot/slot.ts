/** What a slot may be and when it can be taken. Pure. A hold that is over leaves the slot free, without anybody sweeping. */
import { Refused, stateMachine } from '@olly/kit/errors';
import type { ProviderSlotRow } from '../mappers.ts';

export const HOLD_MS = 10 * 60_000;
export const HOLDS_MAX = 2;
export const SLOTS_MAX = 500;
const LENGTH_MS_MIN = 5 * 60_000;
const LENGTH_MS_MAX = 8 * 60 * 60_000;

export const slot = stateMachine<ProviderSlotRow['status'], 'hold' | 'release' | 'book' | 'free' | 'block' | 'withdraw'>('The slot', [
  ['AVAILABLE', 'hold', 'HELD'],
  ['HELD', 'release', 'AVAILABLE'],
  ['HELD', 'book', 'BOOKED'],
  ['BOOKED', 'free', 'AVAILABLE'],
  ['AVAILABLE', 'block', 'BLOCKED'],
  ['AVAILABLE', 'withdraw', 'WITHDRAWN'],
  ['BLOCKED', 'withdraw', 'WITHDRAWN'],
]);

/** Where a slot stands at a moment. */
export const statusAt = (row: Pick<ProviderSlotRow, 'status' | 'held_until'>, now: Date): ProviderSlotRow['status'] =>
  row.status === 'HELD' && row.held_until !== null && row.held_until <= now ? 'AVAILABLE' : row.status;

/** Checks the times of new slots: in the future, of a length that makes sense, none over another. Throws `Refused`. */
export function checkTimes(slots: readonly { startTime: Date; endTime: Date }[], now: Date): void {
  if (slots.length < 1 || slots.length > SLOTS_MAX) throw new Refused('TOO_MANY_SLOTS', `slots: 1 to ${SLOTS_MAX}.`, 'slots');
  slots.forEach(({ startTime, endTime }, index) => {
    const field = `slots[${index}]`;
    const lengthMs = endTime.getTime() - startTime.getTime();
    if (lengthMs < LENGTH_MS_MIN || lengthMs > LENGTH_MS_MAX) throw new Refused('SLOT_INVALID', `${field}: 5 minutes to 8 hours long.`, field);
    if (startTime <= now) throw new Refused('SLOT_IN_PAST', `${field}: begins in the past.`, field);
  });
  const ordered = [...slots].sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  const isOver = ordered.some((one, index) => index > 0 && one.startTime < (ordered[index - 1] as { endTime: Date }).endTime);
  if (isOver) throw new Refused('SLOTS_OVERLAP', 'Two of these slots overlap.', 'slots');
}
