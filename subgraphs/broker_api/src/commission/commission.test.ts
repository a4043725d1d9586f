import fc from 'fast-check';
import { amountOf, isNegative, money, negate, ofMinor } from '@olly/kit/money';
import { addDays } from '@olly/kit/time';
import { describe, expect, it } from 'vitest';
import { clawback, type CommissionLine, commissionOf, earnedBy, recalculated } from './commission.ts';

const commission = { amount: money('500.00', 'GBP'), from: '2026-01-01', months: 24 };

describe('commission', () => {
  it('is a share of premium, rounded once, and negative for returned premium', () => {
    expect(amountOf(commissionOf(money('1234.57', 'GBP'), '0.15'))).toBe('185.19');
    expect(amountOf(commissionOf(money('-100.03', 'GBP'), '0.15'))).toBe('-15.00');
  });

  it('of 500.00 over 24 months, cancelled after 7 months and 12 days, has earned 145.83; 354.17 are taken back', () => {
    expect(amountOf(earnedBy(commission, '2026-08-13'))).toBe('145.83');
    expect(amountOf(clawback([commission], '2026-08-13', false, 'GBP'))).toBe('-354.17');
  });

  it('is taken back whole within cooling-off, and not at all once it is earned', () => {
    expect(amountOf(clawback([commission], '2026-01-10', true, 'GBP'))).toBe('-500.00');
    expect(amountOf(clawback([commission], '2028-01-01', false, 'GBP'))).toBe('0.00');
    expect(amountOf(clawback([commission], '2030-01-01', false, 'GBP'))).toBe('0.00');
  });

  it('is recalculated for the past: what the new terms give, clawbacks included, less what stands', () => {
    const line = (kind: CommissionLine['kind'], amount: string, on: string, base = '0.00'): CommissionLine => ({ kind, base: money(base, 'GBP'), amount: money(amount, 'GBP'), earned: { from: '2026-01-01', months: 24 }, on, isFlat: false });
    const issued = line('ACCRUAL', '500.00', '2026-01-01', '3333.33');
    const taken = line('CLAWBACK', '-354.17', '2026-08-13');
    const at = (lines: CommissionLine[], terms: Parameters<typeof recalculated>[2], from = '2026-01-01') => amountOf(recalculated(lines, from, terms, 'GBP'));
    expect(at([issued], { rate: '0.18' })).toBe('100.00');
    expect(at([issued], { rate: '0.18' }, '2026-01-02')).toBe('0.00');
    // 600.00 over 24 months, 7 earned: 175.00 instead of 145.83.
    expect(at([issued, taken], { rate: '0.18' })).toBe('29.17');
    expect(at([issued, taken, line('REINSTATEMENT', '354.17', '2026-08-20')], { rate: '0.18' })).toBe('100.00');
    expect(at([issued, line('CLAWBACK', '-500.00', '2026-01-05')], { rate: '0.18' })).toBe('0.00');
    expect(at([issued, line('RECALCULATION', '100.00', '2026-03-01')], { rate: '0.18' })).toBe('0.00');
    expect(at([issued], { flat: money('450.00', 'GBP') })).toBe('-50.00');
  });

  it('is never taken back beyond what was earned, whatever the day', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10_000_000n }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: -40, max: 2_000 }), (minor, months, day) => {
        const amount = ofMinor(minor, 'USD');
        const taken = clawback([{ amount, from: '2026-01-31', months }], addDays('2026-01-31', day), false, 'USD');
        expect(isNegative(taken) || taken.minor === 0n).toBe(true);
        expect(negate(taken).minor <= minor).toBe(true);
      }),
    );
  });
});
