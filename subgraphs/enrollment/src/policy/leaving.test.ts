/** The day on which a child leaves. */
import { describe, expect, it } from 'vitest';
import { leavesOn } from './leaving.ts';

const term = { from: '2026-01-01', to: '2027-01-01' };

describe('a child', () => {
  it.each([
    ['2001-05-15', 'BIRTHDAY', '2026-05-15', 'on the birthday'],
    ['2001-05-15', 'MONTH_END', '2026-06-01', 'when its month has ended'],
    ['2001-05-15', 'TERM_END', null, 'with the term, by the renewal'],
    ['2001-05-01', 'MONTH_END', '2026-06-01', 'at the end of the month also when born on its first day'],
    ['2001-12-15', 'MONTH_END', null, 'with the term, when the month ends with it'],
    ['2000-05-15', 'BIRTHDAY', null, 'before the term'],
    ['2002-05-15', 'BIRTHDAY', null, 'after the term'],
  ] as const)('born on %s of a product that says %s leaves on %s: %s', (birth, dependantLeaves, day, _why) => {
    expect(leavesOn(birth, { dependantAgeMax: 25, dependantLeaves }, term)).toBe(day);
  });

  it('born on 29 February leaves on 1 March of a common year', () => {
    expect(leavesOn('2000-02-29', { dependantAgeMax: 26, dependantLeaves: 'BIRTHDAY' }, term)).toBe('2026-03-01');
    expect(leavesOn('2000-02-29', { dependantAgeMax: 26, dependantLeaves: 'MONTH_END' }, term)).toBe('2026-04-01');
  });

  it('stays where the product has no age', () => {
    expect(leavesOn('2001-05-15', { dependantAgeMax: undefined, dependantLeaves: 'BIRTHDAY' }, term)).toBeNull();
  });
});
