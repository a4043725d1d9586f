import { describe, expect, it } from 'vitest';
import { satisfies } from './engines.ts';

describe('what a library asks of Node', () => {
  it.each(['>=18', '>= 20.9.0', '^18.18.0 || ^20.9.0 || >=21', '20.x', '*', '>=14.0.0 <23', '^20.19.0 || >=22.12.0'])('admits Node 20.19 where it says %s', (range) => {
    expect(satisfies(range, [20, 19, 0])).toBe(true);
  });
  it.each(['>=22', '^22.12 || >=24', '>=20.20.0', '18.x', '<20', '~20.9'])('does not where it says %s', (range) => {
    expect(satisfies(range, [20, 19, 0])).toBe(false);
  });
});
