/** The clock and the decision of a prior authorisation. */
import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../market/rules.ts';
import { decisionOf, dueAt, extendedDueAt, priorAuthorisationMachine } from './priorAuthorisation.ts';

const US = rulesOf({}, 'US');

const RECEIVED = new Date('2026-03-06T17:30:00Z');

describe('the clock of a prior authorisation', () => {
  it('gives a standard request seven days of calendar time, an expedited one 72 hours', () => {
    expect(dueAt(RECEIVED, 'STANDARD', US).toISOString()).toBe('2026-03-13T17:30:00.000Z');
    expect(dueAt(RECEIVED, 'EXPEDITED', US).toISOString()).toBe('2026-03-09T17:30:00.000Z');
  });

  it('is extended by fourteen days', () => {
    expect(extendedDueAt(dueAt(RECEIVED, 'STANDARD', US), US).toISOString()).toBe('2026-03-27T17:30:00.000Z');
  });
});

describe('the decision', () => {
  it.each<[number, string | null, string]>([
    [10, null, 'APPROVED'],
    [4, 'Four sessions are usual', 'PARTIALLY_APPROVED'],
    [0, 'Conservative treatment has not been tried', 'DENIED'],
  ])('%s of 10 units, because of "%s": %s', (units, reason, status) => {
    expect(decisionOf(units, 10, reason)).toBe(status);
  });

  it('says why when it gives less, and gives no more than was asked for', () => {
    expect(() => decisionOf(0, 10, null)).toThrow(Refused);
    expect(() => decisionOf(11, 10, null)).toThrow('Between 0 and the 10 units');
  });

  it('is never made from SUBMITTED: somebody looks first', () => {
    expect(() => priorAuthorisationMachine.next('SUBMITTED', 'decide', 'APPROVED')).toThrow('The prior authorisation is SUBMITTED and cannot become APPROVED.');
  });
});
