/** What markets ask, as shipped and as configured, and which days a premium's grace holds. */
import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { heldByGrace, type MarketRules, readRules, rulesOf } from './rules.ts';

const US = rulesOf({}, 'US');

describe('a market’s rules', () => {
  it('are the configured ones, else those that are shipped, and without a market those of the currency’s', () => {
    const configured: Record<string, MarketRules> = { US: { ...US, filingDays: 90 } };
    expect([rulesOf(configured, 'US').filingDays, rulesOf({}, 'US').filingDays, rulesOf({}, null, 'GBP').filingDays]).toEqual([90, 365, 180]);
    expect(rulesOf({}, 'FR')).toMatchObject({ filingDays: 365, appealLevels: 1 });
  });

  it.each([[{ filingDays: 0 }], [{ appealLevels: 10 }], [{ standardHours: 1.5 }], [{ graceHeldAfterMonths: 0 }]])('are refused with %o', (wrong) => {
    expect(() => readRules('US', { ...US, ...wrong })).toThrow(Refused);
  });
});

describe('a premium in grace', () => {
  it('holds the days after the first month of a grace of three', () => {
    expect(heldByGrace({ due_date: '2026-01-31', grace_until: '2026-04-30' }, US)).toEqual({ from: '2026-02-28', until: '2026-04-30' });
  });

  it('holds nothing in a grace of a month, where the market holds nothing, and where nothing is unpaid', () => {
    expect(heldByGrace({ due_date: '2026-01-31', grace_until: '2026-02-28' }, US)).toBeNull();
    expect(heldByGrace({ due_date: '2026-01-31', grace_until: '2026-04-30' }, rulesOf({}, 'UK'))).toBeNull();
    expect(heldByGrace(null, US)).toBeNull();
  });
});
