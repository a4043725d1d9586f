/**
 * Money: an integer of minor units and an ISO 4217 currency. Never a float.
 * Mixing currencies throws. Every division says how it rounds: `times` rounds half away from zero
 * to the minor unit, once; `allocate` floors absolute shares and gives the last the rest.
 */
import { type Ratio, ratio } from './ratio.ts';

export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

export class CurrencyMismatch extends Error {
  override readonly name = 'CurrencyMismatch';
  readonly code = 'CURRENCY_MISMATCH';
  constructor(a: string, b: string) {
    super(`Amounts in ${a} and ${b} cannot be combined.`);
  }
}

const currencies = new Set(Intl.supportedValuesOf('currency'));
const digitsByCurrency = new Map<string, number>();

/** True for an ISO 4217 code such as "GBP". */
export const isCurrency = (code: string): boolean => currencies.has(code);

/** Decimal places of a currency's minor unit: 2 for GBP, 0 for JPY, 3 for KWD. Throws RangeError for an unknown code. */
export function minorDigits(currency: string): number {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    if (!isCurrency(currency)) throw new RangeError(`not an ISO 4217 currency: ${currency.slice(0, 8)}`);
    digits =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digitsByCurrency.set(currency, digits);
  }
  return digits;
}

export const ofMinor = (minor: bigint | number, currency: string): Money => ({ minor: BigInt(minor), currency });
export const zero = (currency: string): Money => ({ minor: 0n, currency });

const AMOUNT = /^(-?)(\d{1,15})(?:\.(\d+))?$/;

/**
 * Reads "1234.50". Refuses (RangeError) exponents, NaN, more places than the currency has
 * (trailing zeros of a database numeric are accepted) and more than 15 whole digits.
 */
export function money(amount: string, currency: string): Money {
  const digits = minorDigits(currency);
  const match = AMOUNT.exec(amount);
  if (!match) throw new RangeError('an amount is a plain decimal such as "12.50"');
  const [, sign, whole = '0', fraction = ''] = match;
  if (/[^0]/.test(fraction.slice(digits))) {
    throw new RangeError(`an amount in ${currency} has at most ${digits} decimal places`);
  }
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return { minor: sign ? -minor : minor, currency };
}

/** The decimal amount as text with the currency's own number of places: "1234.50". */
export function amountOf({ minor, currency }: Money): string {
  const digits = minorDigits(currency);
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0n ? '-' : ''}${whole}${digits ? `.${text.slice(-digits)}` : ''}`;
}

function same(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new CurrencyMismatch(a.currency, b.currency);
}

export function add(a: Money, b: Money): Money {
  same(a, b);
  return { minor: a.minor + b.minor, currency: a.currency };
}

export function subtract(a: Money, b: Money): Money {
  same(a, b);
  return { minor: a.minor - b.minor, currency: a.currency };
}

export const negate = (a: Money): Money => ({ minor: -a.minor, currency: a.currency });
export const isZero = (a: Money): boolean => a.minor === 0n;
export const isNegative = (a: Money): boolean => a.minor < 0n;
export const isPositive = (a: Money): boolean => a.minor > 0n;

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compare(a: Money, b: Money): number {
  same(a, b);
  return a.minor < b.minor ? -1 : a.minor > b.minor ? 1 : 0;
}

export const equals = (a: Money, b: Money): boolean => compare(a, b) === 0;
export const min = (a: Money, b: Money): Money => (compare(a, b) <= 0 ? a : b);
export const max = (a: Money, b: Money): Money => (compare(a, b) >= 0 ? a : b);
export const sum = (amounts: readonly Money[], currency: string): Money => amounts.reduce(add, zero(currency));
/** `a`, but not below zero. */
export const atLeastZero = (a: Money): Money => (a.minor < 0n ? zero(a.currency) : a);

/** An integer division that rounds half away from zero. The one rounding rule of the house ("R" in the docs). */
export function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const isBelowZero = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * n + d) / (2n * d);
  return isBelowZero ? -rounded : rounded;
}

/** R(amount × factor): rounded once, half away from zero. */
export function times(amount: Money, factor: Ratio): Money {
  return { minor: roundedQuotient(amount.minor * factor.numerator, factor.denominator), currency: amount.currency };
}

/** `part / whole` as an exact fraction. Throws RangeError when `whole` is zero. */
export function shareOf(part: Money, whole: Money): Ratio {
  same(part, whole);
  return ratio(part.minor, whole.minor);
}

/**
 * Splits an amount by weights without losing a minor unit: each absolute share is floored, the last takes the rest,
 * the sign is restored. `allocate(1.00, [1, 1, 1])` is 0.33, 0.33, 0.34. Throws RangeError when the weights are empty, negative or all zero.
 */
export function allocate(amount: Money, weights: readonly (bigint | number)[]): Money[] {
  const parts = weights.map((w) => BigInt(w));
  const total = parts.reduce((a, b) => a + b, 0n);
  if (parts.some((w) => w < 0n) || total <= 0n) throw new RangeError('weights are whole numbers, none negative, not all zero');
  const sign = amount.minor < 0n ? -1n : 1n;
  const whole = amount.minor * sign;
  const shares = parts.map((w) => (whole * w) / total);
  const rest = whole - shares.reduce((a, b) => a + b, 0n);
  shares[shares.length - 1] = (shares.at(-1) ?? 0n) + rest;
  return shares.map((minor) => ({ minor: minor * sign, currency: amount.currency }));
}
