import { describe, expect, it } from 'vitest';
import { decideConsent } from './consent.ts';

describe('saying yes or no', () => {
  it.each([
    ['a first yes', null, true, { wasGranted: null, isChange: true }],
    ['a first no, since from then on it is known', null, false, { wasGranted: null, isChange: true }],
    ['a yes after a no', { granted: false }, true, { wasGranted: false, isChange: true }],
    ['a no after a yes', { granted: true }, false, { wasGranted: true, isChange: true }],
  ] as const)('counts %s as a change', (_title, before, granted, expected) => {
    expect(decideConsent(before, granted)).toEqual({ granted, ...expected });
  });

  it('counts the same answer again as none', () => {
    expect(decideConsent({ granted: true }, true).isChange).toBe(false);
    expect(decideConsent({ granted: false }, false).isChange).toBe(false);
  });
});
