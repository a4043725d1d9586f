import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, allocate, amountOf, CurrencyMismatch, money, ofMinor, percent, ratio, ratioOf, sum, times } from './index.ts';

const gbp = (amount: string) => money(amount, 'GBP');
const signed = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });

describe('money', () => {
  it('reads and writes the currency’s own number of places', () => {
    expect(amountOf(gbp('12.5'))).toBe('12.50');
    expect(amountOf(money('1200', 'JPY'))).toBe('1200');
    expect(amountOf(money('1.234', 'KWD'))).toBe('1.234');
    expect(amountOf(gbp('-0.05'))).toBe('-0.05');
    expect(gbp('5.000000').minor).toBe(500n);
  });

  it.each(['NaN', '1e308', '1.005', '', ' 1', '0x10', 'Infinity', '1,000', '9'.repeat(16)])('refuses %j', (bad) => {
    expect(() => gbp(bad)).toThrow(RangeError);
  });

  it('throws when currencies are mixed', () => {
    expect(() => add(gbp('1'), money('1', 'USD'))).toThrow(CurrencyMismatch);
  });

  it('rounds half away from zero, once', () => {
    expect(amountOf(times(gbp('33.33'), percent('20')))).toBe('6.67');
    expect(amountOf(times(gbp('0.05'), ratio(1, 2)))).toBe('0.03');
    expect(amountOf(times(gbp('-0.05'), ratio(1, 2)))).toBe('-0.03');
    expect(amountOf(times(gbp('500.00'), ratio(7, 24)))).toBe('145.83');
    expect(amountOf(times(gbp('100'), ratioOf('1.0750')))).toBe('107.50');
  });

  it('allocates 100 by [1, 1, 1] without losing a penny', () => {
    expect(allocate(gbp('1.00'), [1, 1, 1]).map(amountOf)).toEqual(['0.33', '0.33', '0.34']);
    expect(allocate(gbp('-1.00'), [1, 1, 1]).map(amountOf)).toEqual(['-0.33', '-0.33', '-0.34']);
    expect(sum(allocate(gbp('100'), [1, 1, 1]), 'GBP')).toEqual(gbp('100'));
  });

  it('allocates any amount by any weights to exactly the amount', () => {
    const weights = fc.array(fc.nat(1000), { minLength: 1 }).filter((w) => w.some((x) => x > 0));
    fc.assert(
      fc.property(signed, weights, (minor, w) => {
        expect(sum(allocate(ofMinor(minor, 'GBP'), w), 'GBP').minor).toBe(minor);
      }),
    );
  });

  it('writes what it reads', () => {
    fc.assert(fc.property(signed, (minor) => money(amountOf(ofMinor(minor, 'USD')), 'USD').minor === minor));
  });
});
