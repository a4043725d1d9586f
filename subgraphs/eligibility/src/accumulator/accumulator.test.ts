import { seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medical } from '../testing/fixtures.ts';
import { type Accumulator, accumulatorsOf, type CoveredElement } from './accumulator.ts';
import { decideReservation, remaining, takeable } from './arithmetic.ts';
import type { ProductElement } from './product.ts';
import { fits, least, quantity, quantityText } from './quantity.ts';

const q = quantity;
const text = (value: bigint) => quantityText(value, 'USD');

function element(product: ProductElement, partyId = 'ada'): CoveredElement {
  const { coverageTerms, ...elementTerms } = product;
  return { policyId: 'pol', partyId, termId: 'trm', termFrom: '2026-04-01', termTo: '2027-04-01', elementType: 'MEDICAL', currency: 'USD', elementTerms, coverageTerms };
}
const named = (all: readonly Accumulator[], type: Accumulator['type'], network = 'IN') => all.filter((one) => one.type === type && one.network === network);

describe('the accumulators of a cover', () => {
  const all = accumulatorsOf(element(medical()), '2026-06-01');
  it('hold a person’s and the family’s embedded deductible, in and out of network', () => {
    expect(named(all, 'DEDUCTIBLE').map((one) => [one.level, text(one.limit)])).toEqual([['PERSON', '1500.00'], ['FAMILY', '3000.00']]);
    expect(named(all, 'DEDUCTIBLE', 'OUT').map((one) => text(one.limit))).toEqual(['3000.00', '6000.00']);
    expect(named(all, 'OUT_OF_POCKET', 'OUT')).toEqual([]);
  });
  it('hold the family’s only under an aggregate deductible, but each person’s out-of-pocket cap always', () => {
    const aggregate = accumulatorsOf(element(medical({ deductible: { kind: 'AGGREGATE', period: 'CALENDAR_YEAR', in: { person: '1500.00', family: '3000.00' } } })), '2026-06-01');
    expect(named(aggregate, 'DEDUCTIBLE').map((one) => [one.level, text(one.limit)])).toEqual([['FAMILY', '3000.00']]);
    expect(named(aggregate, 'OUT_OF_POCKET').map((one) => one.level)).toEqual(['PERSON', 'FAMILY']);
  });
  it('run by calendar year or policy period, and not at all by claim', () => {
    expect(named(all, 'VISITS').map((one) => [one.periodStart, one.periodEnd, one.currency, one.coverageTermKey])).toEqual([['2026-01-01', '2027-01-01', null, 'physiotherapy']]);
    expect(named(all, 'AMOUNT').map((one) => [one.periodStart, one.periodEnd, one.basis])).toEqual([['2026-04-01', '2027-04-01', 'PAID']]);
  });
  it('keep their key through renewal when they run by calendar year, and begin anew when by policy period', () => {
    const renewed = accumulatorsOf({ ...element(medical()), termId: 'trm2', termFrom: '2027-04-01', termTo: '2028-04-01' }, '2027-06-01');
    const lastOf2027 = accumulatorsOf(element(medical()), '2027-02-01');
    const keys = (list: readonly Accumulator[], type: Accumulator['type']) => named(list, type).map((one) => one.key);
    expect(keys(renewed, 'DEDUCTIBLE')).toEqual(keys(lastOf2027, 'DEDUCTIBLE'));
    expect(keys(renewed, 'AMOUNT')).not.toEqual(keys(lastOf2027, 'AMOUNT'));
    expect(keys(all, 'DEDUCTIBLE')).not.toEqual(keys(renewed, 'DEDUCTIBLE'));
  });
  it('share the family’s key and not the person’s', () => {
    const other = accumulatorsOf(element(medical(), 'bo'), '2026-06-01');
    const keys = (list: readonly Accumulator[]) => named(list, 'DEDUCTIBLE').map((one) => one.key);
    expect(keys(other)[0]).not.toBe(keys(all)[0]);
    expect(keys(other)[1]).toBe(keys(all)[1]);
  });
  it('are those of the earlier policy in the year of a re-joining, and its own afterwards', () => {
    const rejoined = { ...element(medical()), policyId: 'new', continues: { year: '2026', family: 'old', person: 'new' } };
    expect(named(accumulatorsOf(rejoined, '2026-06-01'), 'DEDUCTIBLE').map((one) => one.homePolicyId)).toEqual(['new', 'old']);
    expect(named(accumulatorsOf(rejoined, '2027-02-01'), 'DEDUCTIBLE').map((one) => one.homePolicyId)).toEqual(['new', 'new']);
    expect(named(accumulatorsOf(rejoined, '2026-06-01'), 'AMOUNT').map((one) => one.homePolicyId)).toEqual(['new']);
  });
});

describe('worked examples', () => {
  const deductibles = (product: ProductElement) => named(accumulatorsOf(element(product), '2026-06-01'), 'DEDUCTIBLE').map(({ limit }) => ({ limit, used: 0n }));
  it('family deductible 3,000, embedded 1,500, one member with 2,000: 1,500 is deductible, 500 goes on', () => {
    const taken = takeable(q('2000'), deductibles(medical()));
    expect([text(taken), text(q('2000') - taken)]).toEqual(['1500.00', '500.00']);
  });
  it('the same under an aggregate deductible: all 2,000 is deductible', () => {
    expect(text(takeable(q('2000'), deductibles(medical({ deductible: { kind: 'AGGREGATE', period: 'CALENDAR_YEAR', in: { family: '3000.00' } } }))))).toBe('2000.00');
  });
  it('aggregate deductible 6,000, person cap 4,000, family cap 9,000, 20 %: A 10,000, B 7,000, C 20,000', () => {
    let [deductible, family] = [0n, 0n];
    const bear = (charge: string) => {
      const caps = [{ limit: q('4000'), used: 0n }, { limit: q('9000'), used: family }];
      const first = takeable(q(charge), [{ limit: q('6000'), used: deductible }, ...caps]);
      const afterFirst = caps.map(({ limit, used }) => ({ limit, used: used + first }));
      const second = takeable((q(charge) - first) / 5n, afterFirst);
      deductible += first;
      family += first + second;
      return [first, second, q(charge) - first - second].map(text);
    };
    expect(bear('10000')).toEqual(['4000.00', '0.00', '6000.00']);
    expect(bear('7000')).toEqual(['2000.00', '1000.00', '4000.00']);
    expect(bear('20000')).toEqual(['0.00', '2000.00', '18000.00']);
  });
  it('a limit lowered under what was used leaves nothing and takes nothing back', () => {
    expect(remaining({ limit: q('1000'), used: q('1200') })).toBe(0n);
  });
});

describe('a reservation', () => {
  const limit = () => q('100');
  const seen = (version: number, used: bigint | null = null) => ({ version, used });
  it('is all or nothing, and names what moved or has too little left', () => {
    const held = new Map([['a', { used: q('60'), version: 3 }], ['b', { used: q('0'), version: 1 }]]);
    const movements = [{ accumulator: 'a', amount: q('41'), serviceDate: '2026-01-01' }, { accumulator: 'b', amount: q('1'), serviceDate: '2026-01-01' }];
    expect(decideReservation(held, { expected: new Map([['a', seen(3)], ['b', seen(0)]]), movements }, limit)).toEqual({ outcome: 'STALE', stale: ['a', 'b'] });
    expect(decideReservation(held, { expected: new Map([['a', seen(3)]]), movements: movements.slice(1) }, limit)).toMatchObject({ outcome: 'RESERVED' });
  });
  it('made from an older version stands only when it would come out the same now', () => {
    const amount = fc.bigInt({ min: 0n, max: 150_0000n });
    fc.assert(
      fc.property(amount, amount, amount, (before, now, charge) => {
        const decided = (used: bigint) => takeable(charge, [{ limit: q('100'), used }]);
        const taken = decided(before);
        const movements = taken === 0n ? [] : [{ accumulator: 'a', amount: taken, serviceDate: '2026-01-01' }];
        const decision = decideReservation(new Map([['a', { used: now, version: 2 }]]), { expected: new Map([['a', seen(1, before)]]), movements }, limit);
        return decision.outcome === 'STALE' || decided(now) === taken;
      }),
      { seed, numRuns: 2_000 },
    );
  });
  it('far from the limit is not sent back by another one, at the limit it is', () => {
    const decide = (before: string, now: string, taken: string) =>
      decideReservation(new Map([['a', { used: q(now), version: 2 }]]), { expected: new Map([['a', seen(1, q(before))]]), movements: [{ accumulator: 'a', amount: q(taken), serviceDate: '2026-01-01' }] }, limit).outcome;
    expect([decide('0', '50', '50'), decide('0', '50', '51'), decide('50', '0', '50'), decide('50', '0', '49')]).toEqual(['RESERVED', 'STALE', 'STALE', 'RESERVED']);
  });
  it('never passes the limit of the service date, and loses nothing, whatever claims come', () => {
    const amount = fc.bigInt({ min: 1n, max: 500_0000n });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 40 }), (charges) => {
        let [used, version, sum] = [0n, 0, 0n];
        for (const charge of charges) {
          const taken = takeable(charge, [{ limit: q('1000'), used }]);
          if (taken === 0n) continue;
          const decision = decideReservation(new Map([['a', { used, version }]]), { expected: new Map([['a', seen(version)]]), movements: [{ accumulator: 'a', amount: taken, serviceDate: '2026-01-01' }] }, () => q('1000'));
          if (decision.outcome !== 'RESERVED') return false;
          used = decision.used.get('a') ?? 0n;
          version += 1;
          sum += taken;
        }
        const total = charges.reduce((a, b) => a + b, 0n);
        return used === sum && used === least(total, q('1000'));
      }),
      { seed },
    );
  });
});

describe('a quantity', () => {
  it.each(['-1', '1e3', 'NaN', '', '0.00001', ' 1', '1.'])('"%s" is none', (value) => expect(() => quantity(value)).toThrow(RangeError));
  it('is exact, and money where its currency can express it', () => {
    expect(quantityText(q('0.1') + q('0.2'), 'USD')).toBe('0.30');
    expect(quantityText(q('2.5000'), null)).toBe('2.5');
    expect([fits(q('0.005'), 'USD'), fits(q('0.005'), null), fits(q('10.50'), 'JPY')]).toEqual([false, true, false]);
  });
});
