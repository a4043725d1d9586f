/** Up to which premium a broker binds. */
import { money } from '@olly/kit/money';
import { describe, expect, it } from 'vitest';
import { isAboveAuthority } from './authority.ts';
import { decide } from './flags.ts';

const flag = (flag_type: 'APPROVE' | 'BLOCK', value: string, cleared_at: Date | null = null) => ({ flag_type, value, cleared_at, withdrawn_at: null });

describe('delegated authority', () => {
  it.each([
    ['1200.00', 12, '1200.00', false],
    ['1200.01', 12, '1200.00', true],
    ['100.00', 1, '1200.00', false],
    ['100.01', 1, '1200.00', true],
    ['2400.00', 24, '1200.00', false],
  ])('a premium of %s for %i months and a limit of %s a year: above it is %s', (premium, months, limit, isAbove) => {
    expect(isAboveAuthority(money(premium, 'GBP'), months, money(limit, 'GBP'))).toBe(isAbove);
  });

  it('is nothing without a limit, or with one in another currency', () => {
    expect(isAboveAuthority(money('1.00', 'GBP'), 12, null)).toBe(true);
    expect(isAboveAuthority(money('1.00', 'GBP'), 12, money('5000.00', 'USD'))).toBe(true);
  });

  it('is not outweighed by an approving rule, only by an underwriter', () => {
    expect(decide([flag('APPROVE', 'GOOD'), flag('BLOCK', 'AGE')])).toBe('UNDERWRITTEN');
    expect(decide([flag('APPROVE', 'GOOD'), flag('BLOCK', 'AUTHORITY_EXCEEDED')])).toBe('REFERRED');
    expect(decide([flag('APPROVE', 'GOOD'), flag('BLOCK', 'AUTHORITY_EXCEEDED', new Date())])).toBe('UNDERWRITTEN');
  });
});
