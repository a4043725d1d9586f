import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOf, money, times } from '../money/index.ts';
import { addDays, addMonths, ageOn, anniversary, contains, elapsedShare, isIsoDate, overlaps, wholeMonths } from './index.ts';

describe('dates', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '20260101', '2026-01-01T00:00:00Z', ''])('refuses %j', (bad) => {
    expect(isIsoDate(bad)).toBe(false);
  });

  it('keeps periods half-open', () => {
    const year = { from: '2026-01-01', to: '2027-01-01' };
    expect(contains(year, '2026-12-31')).toBe(true);
    expect(contains(year, '2027-01-01')).toBe(false);
    expect(overlaps(year, { from: '2027-01-01' })).toBe(false);
    expect(overlaps(year, { from: '2026-12-31' })).toBe(true);
  });

  it('counts a leap-day birthday on 1 March of a common year', () => {
    expect(anniversary('2008-02-29', 18)).toBe('2026-03-01');
    expect(anniversary('2008-02-29', 20)).toBe('2028-02-29');
    expect(ageOn('2008-02-29', '2026-02-28')).toBe(17);
    expect(ageOn('2008-02-29', '2026-03-01')).toBe(18);
  });

  it('counts whole months by clamped anniversaries', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(wholeMonths('2026-01-31', '2026-02-28')).toBe(1);
    expect(wholeMonths('2026-01-31', '2026-03-15')).toBe(1);
    expect(wholeMonths('2026-01-31', '2026-01-30')).toBe(-1);
  });

  it('shares 1,000.00 half-way by month as 500.00 and by day as 495.89', () => {
    const term = { from: '2021-01-01', to: '2022-01-01' };
    const price = money('1000.00', 'GBP');
    expect(amountOf(times(price, elapsedShare(term, '2021-07-01', 'MONTH')))).toBe('500.00');
    expect(amountOf(times(price, elapsedShare(term, '2021-07-01', 'DAY')))).toBe('495.89');
  });

  it('shares 1,200.00 from 31 January to 15 March by month as 148.39', () => {
    const term = { from: '2026-01-31', to: '2027-01-31' };
    expect(amountOf(times(money('1200.00', 'GBP'), elapsedShare(term, '2026-03-15', 'MONTH')))).toBe('148.39');
  });

  it('never falls as the date moves on, and ends at one', () => {
    const term = { from: '2026-01-31', to: '2027-01-31' };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 }), fc.constantFrom('DAY' as const, 'MONTH' as const), (day, basis) => {
        const a = elapsedShare(term, addDays(term.from, day), basis);
        const b = elapsedShare(term, addDays(term.from, day + 1), basis);
        expect(a.numerator * b.denominator <= b.numerator * a.denominator).toBe(true);
      }),
    );
    expect(elapsedShare(term, '2027-01-31', 'MONTH')).toEqual({ numerator: 1n, denominator: 1n });
  });
});
