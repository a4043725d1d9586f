/** The worked examples of proration, to the penny, and that the order of changes never matters. */
import { add, amountOf, money, negate, ofMinor, subtract } from '@olly/kit/money';
import { addDays, type ProrationBasis } from '@olly/kit/time';
import { scaled, seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeOf, type Measure, priceOfSegment, priceOfSegments, type Segment, shortRateRefund, until } from './proration.ts';
import { taxOn } from './rating.ts';

const gbp = (amount: string) => money(amount, 'GBP');
const y2021 = { from: '2021-01-01', to: '2022-01-01' };
const y2026 = { from: '2026-01-01', to: '2027-01-01' };
const measure = (term: { from: string; to: string }, basis: ProrationBasis): Measure => ({ term, basis });
const text = (value: ReturnType<typeof gbp>) => amountOf(value);

describe('the price of a part of a term', () => {
  it.each([
    ['MONTH', '500.00'],
    ['DAY', '495.89'],
  ] as const)('1,000.00 for 2021, changed on 1 July: the first part by %s is %s', (basis, expected) => {
    expect(text(priceOfSegment({ from: '2021-01-01', to: '2021-07-01', price: gbp('1000.00') }, measure(y2021, basis)))).toBe(expected);
  });

  it('1,200.00 from 31 January by month to 15 March is 148.39, the rest 1,051.61', () => {
    const term = { from: '2026-01-31', to: '2027-01-31' };
    const price = gbp('1200.00');
    expect(text(priceOfSegment({ from: term.from, to: '2026-03-15', price }, measure(term, 'MONTH')))).toBe('148.39');
    expect(text(priceOfSegment({ from: '2026-03-15', to: term.to, price }, measure(term, 'MONTH')))).toBe('1051.61');
  });

  it('1,200.00, from 1 July 1,500.00, from 1 October 1,800.00, by day: 595.07 + (1,121.92 − 743.84) + (1,800.00 − 1,346.30) = 1,426.85, in either order', () => {
    const by = measure(y2026, 'DAY');
    const part = (from: string, to: string, price: string): Segment => ({ from, to, price: gbp(price) });
    const issued = [part('2026-01-01', '2027-01-01', '1200.00')];
    const july = [part('2026-01-01', '2026-07-01', '1200.00'), part('2026-07-01', '2027-01-01', '1500.00')];
    const both = [part('2026-01-01', '2026-07-01', '1200.00'), part('2026-07-01', '2026-10-01', '1500.00'), part('2026-10-01', '2027-01-01', '1800.00')];
    const october = [part('2026-01-01', '2026-10-01', '1200.00'), part('2026-10-01', '2027-01-01', '1800.00')];
    expect(both.map((one) => text(priceOfSegment(one, by)))).toEqual(['595.07', '378.08', '453.70']);
    const total = (...steps: Segment[][]) => steps.slice(1).reduce((sum, after, index) => add(sum, chargeOf(steps[index] as Segment[], after, by, 'GBP')), priceOfSegments(steps[0] as Segment[], by, 'GBP'));
    expect(text(total(issued, july, both))).toBe('1426.85');
    expect(text(total(issued, october, both))).toBe('1426.85');
  });

  it('1,000.00 cancelled half-way by month with a 10 % short rate: the refund is 450.00, and reinstated the customer owes 450.00', () => {
    const by = measure(y2021, 'MONTH');
    const whole = [{ ...y2021, price: gbp('1000.00') }];
    const unearned = negate(chargeOf(whole, until(whole, '2021-07-01'), by, 'GBP'));
    expect(text(unearned)).toBe('500.00');
    expect(text(shortRateRefund(unearned, '0.10'))).toBe('450.00');
    expect(text(negate(negate(shortRateRefund(unearned, '0.10'))))).toBe('450.00');
  });

  it('1,200.00 and 12 % tax, cancelled on 1 April by day with 10 %: 813.70 and 97.64 come back, 911.34 together', () => {
    const whole = [{ ...y2026, price: gbp('1200.00') }];
    const unearned = negate(chargeOf(whole, until(whole, '2026-04-01'), measure(y2026, 'DAY'), 'GBP'));
    const refund = shortRateRefund(unearned, '0.10');
    const tax = taxOn(gbp('1200.00'), subtract(gbp('1200.00'), refund), '0.12');
    expect([unearned, refund, negate(tax), add(refund, negate(tax))].map(text)).toEqual(['904.11', '813.70', '97.64', '911.34']);
  });

  it(`is the same in whatever order changes were told, and cutting a segment loses no penny (seed ${seed})`, () => {
    const change = fc.record({ day: fc.integer({ min: 1, max: 364 }), minor: fc.bigInt({ min: 0n, max: 10n ** 8n }) });
    const changes = fc.uniqueArray(change, { minLength: 1, maxLength: 6, selector: ({ day }) => day });
    const chain = (told: readonly { day: number; minor: bigint }[]): Segment[] => {
      const dates = [{ day: 0, minor: 100_000n }, ...[...told].sort((a, b) => a.day - b.day)];
      return dates.map(({ day, minor }, index) => ({ from: addDays(y2026.from, day), to: addDays(y2026.from, dates[index + 1]?.day ?? 365), price: ofMinor(minor, 'GBP') }));
    };
    fc.assert(
      fc.property(changes, fc.constantFrom<ProrationBasis>('DAY', 'MONTH'), fc.infiniteStream(fc.nat()), (told, basis, chance) => {
        const by = measure(y2026, basis);
        const shuffled = told.map((one) => ({ one, rank: chance.next().value as number })).sort((a, b) => a.rank - b.rank).map(({ one }) => one);
        const charged = (order: typeof told) =>
          order.reduce((sum, _one, index) => add(sum, chargeOf(chain(order.slice(0, index)), chain(order.slice(0, index + 1)), by, 'GBP')), priceOfSegments(chain([]), by, 'GBP'));
        expect(charged(shuffled)).toEqual(charged(told));
        expect(charged(told)).toEqual(priceOfSegments(chain(told), by, 'GBP'));
        const whole: Segment = { ...y2026, price: ofMinor(told[0]?.minor ?? 0n, 'GBP') };
        const cut = addDays(y2026.from, told[0]?.day ?? 1);
        expect(add(priceOfSegment({ ...whole, to: cut }, by), priceOfSegment({ ...whole, from: cut }, by))).toEqual(whole.price);
      }),
      { seed, numRuns: scaled(10_000, 200) },
    );
  }, 600_000);
});
