/**
 * Exact fractions of two integers: rates, factors and shares of a period.
 * A premium of 1/3 or a share of 181/365 stays exact until money is rounded, once, by `money.ts`.
 */
export interface Ratio {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The fraction `numerator / denominator` in lowest terms. Throws RangeError when the denominator is zero. */
export function ratio(numerator: bigint | number, denominator: bigint | number = 1n): Ratio {
  let [n, d] = [BigInt(numerator), BigInt(denominator)];
  if (d === 0n) throw new RangeError('a ratio needs a denominator other than zero');
  if (d < 0n) [n, d] = [-n, -d];
  const common = gcd(n, d) || 1n;
  return { numerator: n / common, denominator: d / common };
}

export const ZERO_RATIO: Ratio = { numerator: 0n, denominator: 1n };
export const ONE_RATIO: Ratio = { numerator: 1n, denominator: 1n };

/** Reads a plain decimal such as "0.12" or "1.075". Throws RangeError for anything else, exponents included. */
export function ratioOf(decimal: string): Ratio {
  const match = DECIMAL.exec(decimal);
  if (!match) throw new RangeError(`not a plain decimal: ${decimal.slice(0, 40)}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return ratio(sign === '-' ? -digits : digits, 10n ** BigInt(fraction.length));
}

/** A percentage such as "20" or "12.5" as a fraction of one. */
export function percent(decimal: string): Ratio {
  const { numerator, denominator } = ratioOf(decimal);
  return ratio(numerator, denominator * 100n);
}

export function multiplyRatios(...factors: readonly Ratio[]): Ratio {
  return factors.reduce((a, b) => ratio(a.numerator * b.numerator, a.denominator * b.denominator), ONE_RATIO);
}

export function addRatios(a: Ratio, b: Ratio): Ratio {
  return ratio(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtractRatios(a: Ratio, b: Ratio): Ratio {
  return addRatios(a, { numerator: -b.numerator, denominator: b.denominator });
}

export function divideRatios(a: Ratio, b: Ratio): Ratio {
  return ratio(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareRatios(a: Ratio, b: Ratio): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
