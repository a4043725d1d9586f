import { describe, expect, it } from 'vitest';
import { displayNumber } from './account.ts';

describe('the display number of an account', () => {
  it('ends with a Luhn check digit', () => {
    expect(displayNumber('100001')).toBe('1000017');
    expect(displayNumber('7992739871')).toBe('79927398713');
  });

  it('notices every single wrong digit', () => {
    const isValid = (number: string) => displayNumber(number.slice(0, -1)) === number;
    const good = displayNumber('100482');
    for (let at = 0; at < good.length; at += 1) {
      for (let digit = 0; digit <= 9; digit += 1) {
        const typed = `${good.slice(0, at)}${digit}${good.slice(at + 1)}`;
        expect(isValid(typed)).toBe(typed === good);
      }
    }
  });
});
