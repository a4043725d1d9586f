/**
 * Calendar dates as ISO text ("2026-03-01"), which compare with < and >, and half-open periods [from, to).
 * Days of service, inception and birth are dates: a time zone never shifts them.
 */
import { Temporal } from 'temporal-polyfill';
import { type Ratio, ratio } from '../money/ratio.ts';

/** A calendar date, "YYYY-MM-DD". */
export type IsoDate = string;

/** Half-open: `from` belongs to the period, `to` does not. No `to` means open-ended. */
export interface Period {
  readonly from: IsoDate;
  readonly to?: IsoDate | null;
}

/** A period with an end. */
export interface Term {
  readonly from: IsoDate;
  readonly to: IsoDate;
}

const SHAPE = /^\d{4}-\d{2}-\d{2}$/;
const plain = (date: IsoDate) => Temporal.PlainDate.from(date, { overflow: 'reject' });

/** True for a date that exists; "2026-02-29" does not. */
export function isIsoDate(text: unknown): text is IsoDate {
  if (typeof text !== 'string' || !SHAPE.test(text)) return false;
  try {
    plain(text);
    return true;
  } catch {
    return false;
  }
}

/** Checks a date from outside. Throws RangeError. */
export function isoDate(text: string): IsoDate {
  if (!isIsoDate(text)) throw new RangeError('a date is "YYYY-MM-DD" and exists in the calendar');
  return text;
}

export const addDays = (date: IsoDate, days: number): IsoDate => plain(date).add({ days }).toString();
/** Months later, clamped to the month's last day: 31 January + 1 month is 28 (29) February. */
export const addMonths = (date: IsoDate, months: number): IsoDate => plain(date).add({ months }).toString();
export const addYears = (date: IsoDate, years: number): IsoDate => plain(date).add({ years }).toString();
/** Days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: IsoDate, to: IsoDate): number => plain(from).until(plain(to)).days;
export const monthEnd = (date: IsoDate): IsoDate => plain(date).with({ day: 31 }, { overflow: 'constrain' }).toString();
export const monthStart = (date: IsoDate): IsoDate => plain(date).with({ day: 1 }).toString();
export const yearStart = (date: IsoDate): IsoDate => `${date.slice(0, 4)}-01-01`;
export const earlier = (a: IsoDate, b: IsoDate): IsoDate => (a < b ? a : b);
export const later = (a: IsoDate, b: IsoDate): IsoDate => (a > b ? a : b);

export const contains = (period: Period, date: IsoDate): boolean =>
  period.from <= date && (period.to == null || date < period.to);

export const overlaps = (a: Period, b: Period): boolean =>
  (b.to == null || a.from < b.to) && (a.to == null || b.from < a.to);

/** The birthday in a given year; born on 29 February, it is 1 March in a common year. */
export function anniversary(birth: IsoDate, years: number): IsoDate {
  const [year, month, day] = birth.split('-').map(Number) as [number, number, number];
  if (month === 2 && day === 29 && !Temporal.PlainDate.from({ year: year + years, month: 1, day: 1 }).inLeapYear) {
    return `${String(year + years).padStart(4, '0')}-03-01`;
  }
  return addYears(birth, years);
}

/** Completed years of age on a date. */
export function ageOn(birth: IsoDate, date: IsoDate): number {
  const years = Number(date.slice(0, 4)) - Number(birth.slice(0, 4));
  return anniversary(birth, years) <= date ? years : years - 1;
}

/** Whole clamped anniversaries of `start` that have come by `date`: from 31 January, 28 February is one. */
export function wholeMonths(start: IsoDate, date: IsoDate): number {
  const [y1, m1] = start.split('-').map(Number) as [number, number];
  const [y2, m2] = date.split('-').map(Number) as [number, number];
  let months = (y2 - y1) * 12 + (m2 - m1);
  while (addMonths(start, months) > date) months -= 1;
  return months;
}

/** Months from `start` to `date`, exactly: whole months plus days over the days of the running month. */
export function exactMonths(start: IsoDate, date: IsoDate): Ratio {
  const whole = wholeMonths(start, date);
  const monthFrom = addMonths(start, whole);
  const monthDays = daysBetween(monthFrom, addMonths(start, whole + 1));
  return ratio(BigInt(whole * monthDays + daysBetween(monthFrom, date)), BigInt(monthDays));
}

export type ProrationBasis = 'DAY' | 'MONTH';

/**
 * f(d): the elapsed share of a term at the start of `date`, 0 before it and 1 after it.
 * By day: days elapsed over days of the term. By month: exact months elapsed over the term's exact months.
 */
export function elapsedShare(term: Term, date: IsoDate, basis: ProrationBasis): Ratio {
  const at = date < term.from ? term.from : date > term.to ? term.to : date;
  if (basis === 'DAY') return ratio(daysBetween(term.from, at), daysBetween(term.from, term.to));
  const [part, whole] = [exactMonths(term.from, at), exactMonths(term.from, term.to)];
  return ratio(part.numerator * whole.denominator, part.denominator * whole.numerator);
}
