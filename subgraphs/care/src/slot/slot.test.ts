import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { checkTimes, slot, statusAt } from './slot.ts';

const now = new Date('2026-03-01T09:00:00Z');
const at = (from: string, to: string) => ({ startTime: new Date(`2026-03-02T${from}:00Z`), endTime: new Date(`2026-03-02T${to}:00Z`) });
const refusal = (run: () => void) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
  return undefined;
};

describe('a slot', () => {
  it('may follow another at once, but not begin within it', () => {
    expect(refusal(() => checkTimes([at('09:00', '09:30'), at('09:30', '10:00')], now))).toBeUndefined();
    expect(refusal(() => checkTimes([at('09:30', '10:00'), at('09:00', '09:31')], now))).toBe('SLOTS_OVERLAP');
  });

  it('lies in the future and is 5 minutes to 8 hours long', () => {
    expect(refusal(() => checkTimes([{ startTime: now, endTime: new Date('2026-03-01T09:30:00Z') }], now))).toBe('SLOT_IN_PAST');
    expect(refusal(() => checkTimes([at('09:00', '09:04')], now))).toBe('SLOT_INVALID');
    expect(refusal(() => checkTimes([at('10:00', '09:00')], now))).toBe('SLOT_INVALID');
    expect(refusal(() => checkTimes([], now))).toBe('TOO_MANY_SLOTS');
  });

  it('is free again the moment its hold is over', () => {
    const held = { status: 'HELD' as const, held_until: now };
    expect(statusAt(held, new Date(now.getTime() - 1))).toBe('HELD');
    expect(statusAt(held, now)).toBe('AVAILABLE');
  });

  it('goes only where the table says', () => {
    expect(slot.next('HELD', 'book')).toBe('BOOKED');
    expect(() => slot.next('AVAILABLE', 'book')).toThrow('The slot is AVAILABLE and cannot become BOOKED.');
    expect(() => slot.next('BOOKED', 'hold')).toThrow('The slot is BOOKED and cannot become HELD.');
  });
});
