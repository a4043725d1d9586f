import { describe, expect, it } from 'vitest';
import { codeOf, MalformedEvent, parseEvent } from './event.ts';

const event = { specversion: '1.0', id: '01900000-0000-7000-8000-000000000001', type: 'olly.bank.account.changed.v1', subject: 'acc_1', data: { amount: '1.00' } };

describe('reading an event', () => {
  it('takes what has an id, a type, a subject and data', () => {
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
  });

  it.each([
    ['no JSON', 'Mrs Example {'],
    ['null', 'null'],
    ['an id that is no UUID', JSON.stringify({ ...event, id: 'Mrs Example' })],
    ['no subject', JSON.stringify({ ...event, subject: undefined })],
    ['data that is no object', JSON.stringify({ ...event, data: 'Mrs Example' })],
  ])('refuses %s without quoting it', (_what, text) => {
    expect(() => parseEvent(text)).toThrow(MalformedEvent);
    expect(() => parseEvent(text)).not.toThrow(/Example/);
  });

  it('makes codes of errors, never their words', () => {
    expect(codeOf(Object.assign(new Error('value Mrs Example'), { code: '23505' }))).toBe('23505');
    expect(codeOf(Object.assign(new Error('x'), { code: 'Mrs Example' }))).toBe('Error');
    expect(codeOf(new RangeError('Mrs Example'))).toBe('RangeError');
    expect(codeOf('Mrs Example')).toBe('UNKNOWN');
  });
});
