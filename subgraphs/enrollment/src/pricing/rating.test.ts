/** Prices as a customer would check them by hand, and what holds of every price. */
import { add, amountOf, money, ofMinor, subtract, sum, times, ratioOf } from '@olly/kit/money';
import { seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usGold } from '../testing/fixtures.ts';
import { explain, type PricingInput, price, rate, taxesOf, taxOn } from './rating.ts';

const gbp = (amount: string) => money(amount, 'GBP');
const ipt = { name: 'Insurance premium tax', rate: '0.12', from: '2017-06-01' };
const input = (more: Partial<PricingInput> = {}): PricingInput => ({
  terms: usGold,
  elements: [{ type: 'MEDICAL', insured: ['ann'] }],
  people: [{ party: 'ann', birth: '1990-06-01' }],
  region: 'NY',
  answers: { smoker: false },
  from: '2026-04-01',
  taxes: [],
  ...more,
});

describe('the price of a term', () => {
  it.each([
    ['3600.00', ['1.10', '1.12'], '4435.20'],
    ['333.33', ['1.10', '1.12'], '410.66'],
    // one rounding after all factors: 0.05 × 1.1 = 0.055 → 0.06 first and × 1.1 then would be 0.07
    ['0.05', ['1.1', '1.1'], '0.06'],
    ['100.00', [], '100.00'],
    ['100.00', ['0'], '0.00'],
  ])('%s by factors %j is %s', (base, factors, expected) => {
    expect(amountOf(rate(gbp(base), factors.map((factor) => ({ factor }))))).toBe(expected);
  });

  it('takes the age on the first day of the term: a birthday on that day counts, the day after does not', () => {
    const ageAt = (birth: string) => price(input({ people: [{ party: 'ann', birth }] })).lines[0];
    expect(ageAt('1996-04-01')).toMatchObject({ age: 30, premium: '4435.20' });
    expect(ageAt('1996-04-02')).toMatchObject({ age: 29, premium: '3427.20' });
  });

  it('takes 12 % of 1,200.00 as 144.00, and no tax of fees', () => {
    const terms = { ...usGold, currency: 'GBP', rating: { base: { MEDICAL: '1200.00' }, factors: [], fees: [{ name: 'Fee', amount: '25.00' }] } };
    expect(price(input({ terms, taxes: [ipt] }))).toMatchObject({ premium: '1200.00', tax: '144.00', feesTotal: '25.00', total: '1369.00', taxes: [{ base: '1200.00', amount: '144.00' }] });
  });

  it('takes taxes by the region of the risk and by the first day of the term', () => {
    const taxes = [{ ...ipt, to: '2026-05-01' }, { ...ipt, rate: '0.20', from: '2026-05-01' }, { ...ipt, name: 'State', rate: '0.02', region: 'NY' }];
    const on = (from: string, region: string | null) => taxesOf(taxes, from, region).map((one) => one.rate);
    expect(on('2026-04-30', 'NY')).toEqual(['0.12', '0.02']);
    expect(on('2026-05-01', 'CA')).toEqual(['0.20']);
    expect(on('2026-05-01', null)).toEqual(['0.20']);
  });

  it('explains a line in one sentence', () => {
    const [line] = price(input()).lines;
    expect(line && explain(line)).toBe('3600.00 × 1.10 (Age 35) × 1.12 (Area NY) × 1 (Smoker false) = 4435.20');
  });

  it('refuses what the product has no rate for, instead of taking it as 1', () => {
    expect(() => price(input({ region: 'TX' }))).toThrow('The product is rated for NY, CA only.');
    expect(() => price(input({ region: null }))).toThrow('rated for NY, CA only');
    expect(() => price(input({ region: 'constructor' }))).toThrow('rated for NY, CA only');
    expect(() => price(input({ answers: {} }))).toThrow('needs an answer to smoker');
    expect(() => price(input({ people: [{ party: 'ann', birth: '1880-01-01' }] }))).toThrow('no price for the age of 146');
  });

  it('adds up: lines to the premium, everything to the total, for any rates and people', () => {
    const decimal = (min: number, max: number, places: number) => fc.integer({ min, max }).map((n) => `${Math.floor(n / 10 ** places)}.${String(n % 10 ** places).padStart(places, '0')}`);
    const shape = fc.record({ bases: fc.array(decimal(0, 10_000_000, 2), { minLength: 1, maxLength: 4 }), factors: fc.array(decimal(0, 30_000, 4), { maxLength: 4 }), taxRates: fc.array(decimal(0, 3000, 4), { maxLength: 3 }), people: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(shape, ({ bases, factors, taxRates, people }) => {
        const names = Array.from({ length: people }, (_, index) => `p${index}`);
        const terms = {
          currency: 'GBP',
          rating: { base: Object.fromEntries(bases.map((base, index) => [`E${index}`, base])), factors: factors.map((factor, index) => ({ name: `F${index}`, by: 'age' as const, table: [{ from: 0, to: 130, factor }] })), fees: [] },
        };
        const priced = price(
          input({ terms, elements: bases.map((_, index) => ({ type: `E${index}`, insured: names })), people: names.map((party) => ({ party, birth: '1990-01-01' })), taxes: taxRates.map((one) => ({ ...ipt, rate: one })) }),
        );
        const total = (amounts: readonly string[]) => sum(amounts.map(gbp), 'GBP');
        expect(priced.lines).toHaveLength(bases.length * people);
        expect(amountOf(total(priced.lines.map((line) => line.premium)))).toBe(priced.premium);
        expect(amountOf(total(priced.taxes.map((line) => line.amount)))).toBe(priced.tax);
        expect(amountOf(total([priced.premium, priced.tax, priced.feesTotal]))).toBe(priced.total);
      }),
      { seed },
    );
  });

  it('taxes the changes of a term to the penny of a tax on the whole, in whatever steps', () => {
    const premiums = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(premiums, fc.integer({ min: 0, max: 3000 }), (steps, tenThousandths) => {
        const rateText = `0.${String(tenThousandths).padStart(4, '0')}`;
        const path = [0n, ...steps].map((minor) => ofMinor(minor, 'GBP'));
        const taxes = path.slice(1).map((after, index) => taxOn(path[index] as ReturnType<typeof gbp>, after, rateText));
        const last = path.at(-1) as ReturnType<typeof gbp>;
        expect(subtract(taxes.reduce(add, gbp('0')), times(last, ratioOf(rateText))).minor).toBe(0n);
      }),
      { seed },
    );
  });
});
