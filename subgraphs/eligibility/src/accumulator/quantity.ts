/**
 * What an accumulator counts with: an exact decimal of four places, held as an integer. An accumulator adds, subtracts and compares amounts
 * of money exactly as it does units or visits, so the arithmetic is written once; money turns into `Money` where it is shown, and an amount
 * with more places than its currency has is refused there. Nothing here ever divides, so nothing is ever rounded.
 */
import { money } from '@olly/kit/money';

/** Ten-thousandths, as numeric(19,4) keeps them. */
export type Quantity = bigint;

const PLACES = 4;
const SHAPE = /^(\d{1,15})(?:\.(\d{1,10}))?$/;

export const NOTHING: Quantity = 0n;

/** Reads a plain, non-negative decimal. Throws RangeError for a sign, an exponent or more than four places. */
export function quantity(text: string): Quantity {
  const match = SHAPE.exec(text);
  const [, whole = '', fraction = ''] = match ?? [];
  if (!match || /[^0]/.test(fraction.slice(PLACES))) throw new RangeError('a quantity is a plain decimal such as "12.50", not negative');
  return BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, '0'));
}

/** The plain decimal, with at least two places for money: "1500.00", and as few as it needs for counts: "3", "2.5". */
export function quantityText(value: Quantity, currency: string | null): string {
  const text = value.toString().padStart(PLACES + 1, '0');
  const whole = text.slice(0, -PLACES);
  const fraction = text.slice(-PLACES).replace(/0+$/, '');
  if (currency === null) return fraction ? `${whole}.${fraction}` : whole;
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

/** True when the currency can express the quantity: 0.005 is no amount of dollars. Counts are always fine. */
export function fits(value: Quantity, currency: string | null): boolean {
  if (currency === null) return true;
  try {
    money(quantityText(value, currency), currency);
    return true;
  } catch {
    return false;
  }
}

// biome-ignore lint/complexity/useMathMinMax: Math.min is for floats
export const least = (first: Quantity, ...others: readonly Quantity[]): Quantity => others.reduce((a, b) => (b < a ? b : a), first);
