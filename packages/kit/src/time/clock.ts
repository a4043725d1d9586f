/**
 * The business clock. Injected everywhere, so that tests and the demo can move it; tokens and signatures keep real time.
 */
import { Temporal } from 'temporal-polyfill';
import type { IsoDate } from './date.ts';

export interface Clock {
  /** The moment, business time. */
  now(): Date;
  /** The calendar date in a time zone (IANA name); UTC when none is given. */
  today(timeZone?: string): IsoDate;
}

function clockFrom(now: () => Date): Clock {
  return {
    now,
    today: (timeZone = 'UTC') =>
      Temporal.Instant.fromEpochMilliseconds(now().getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  };
}

export const systemClock: Clock = clockFrom(() => new Date());

/** A clock ahead of (or behind) real time by what `offsetMs` answers at that moment. */
export const shiftedClock = (offsetMs: () => number): Clock => clockFrom(() => new Date(Date.now() + offsetMs()));

/** A clock for tests: it stands still until it is moved. */
export function manualClock(start: string): Clock & { set(moment: string): void; advance(ms: number): void } {
  let at = new Date(start);
  const clock = clockFrom(() => new Date(at));
  return {
    ...clock,
    set: (moment) => {
      at = new Date(moment);
    },
    advance: (ms) => {
      at = new Date(at.getTime() + ms);
    },
  };
}
