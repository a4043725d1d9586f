import { describe, expect, it } from 'vitest';
import { derivedId, derivedLocator, isId, isLocator, newId, newLocator } from './index.ts';

describe('ids and locators', () => {
  it('sort by the time at which they were made', async () => {
    const made: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      made.push(newLocator('clm'));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect([...made].sort()).toEqual(made);
    expect(made.every((one) => isLocator(one, 'clm') && !isLocator(one, 'pol'))).toBe(true);
  });

  it('derived from an event are the same every time, differ by name, and keep the event’s place in time', () => {
    const [first, second] = ['01900000-0000-7000-8000-000000000001', '01900000-0001-7000-8000-000000000001'] as const;
    expect(derivedId(first, 'charge:1')).toBe(derivedId(first, 'charge:1'));
    expect(derivedId(first, 'charge:1')).not.toBe(derivedId(first, 'charge:2'));
    expect(isId(derivedId(newId(), 'x'))).toBe(true);
    expect(derivedId(first, 'z') < derivedId(second, 'a')).toBe(true);
    expect(derivedLocator('chg', first, 'z') < derivedLocator('chg', second, 'a')).toBe(true);
    expect(isLocator(derivedLocator('chg', first, 'z'), 'chg')).toBe(true);
  });

  it('take no other text for a locator', () => {
    for (const text of ['', 'clm_', 'clm_01KB1W5C9HF3XB2M9Y6Q0D4T7E', "clm_' OR 1=1 --", 7, null]) expect(isLocator(text)).toBe(false);
  });
});
