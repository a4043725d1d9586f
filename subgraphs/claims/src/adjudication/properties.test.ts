/** What holds for every claim there could be, over drawn plans, limits and lines. The seed is printed with a failure and can be given back as OLLY_SEED. */
import { add, amountOf, compare, isNegative, money, type Money, sum } from '@olly/kit/money';
import { scaled, seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjudicate, type Decision } from './adjudicate.ts';
import type { Accumulator, ClaimFacts, CostShareStep } from './facts.ts';
import { accumulator, claim, coinsurance, copay, DEDUCTIBLE, deductibleOf, type LineExample, maximumOf, type PlanExample } from './fixtures.ts';

const runs = { numRuns: scaled(10_000, 500), seed };
const amount = (max: number, min = 0) => fc.integer({ min, max }).map((minor) => amountOf({ minor: BigInt(minor), currency: 'USD' }));

const step = {
  copay: fc.tuple(amount(8_000), fc.constantFrom('LINE', 'VISIT', 'DAY', 'ADMISSION', 'UNIT') as fc.Arbitrary<'LINE'>).map(([value, per]) => copay(value, per)),
  deductible: fc.constant(DEDUCTIBLE),
  coinsurance: fc.integer({ min: 0, max: 100 }).map((percent) => coinsurance((percent / 100).toFixed(2))),
};
const steps: fc.Arbitrary<CostShareStep[]> = fc
  .tuple(step.copay, step.deductible, step.coinsurance)
  .chain((all) => fc.shuffledSubarray([...all], { minLength: 0 }));

const used = (limit: string) => amount(Number(limit.replace('.', '')) || 1);
const partlyUsed = (make: (limit: string, used: string) => Accumulator) => amount(200_000).chain((limit) => used(limit).map((one) => make(limit, one)));
const term = { coverageTermKey: 'office_visit' };
const networks = ['IN', 'OUT'] as const;
const accumulators = fc
  .tuple(
    ...networks.flatMap((network) => [
      fc.option(partlyUsed((limit, one) => deductibleOf(limit, { used: one, network }))),
      fc.option(partlyUsed((limit, one) => deductibleOf(limit, { used: one, network, level: 'FAMILY' }))),
      fc.option(partlyUsed((limit, one) => maximumOf(limit, { used: one, network }))),
      fc.option(partlyUsed((limit, one) => maximumOf(limit, { used: one, network, level: 'FAMILY' }))),
    ]),
  )
  .map((all) => all.filter((one) => one !== null));
const limited = fc
  .tuple(fc.constantFrom('ALLOWED', 'PAID') as fc.Arbitrary<'ALLOWED' | 'PAID'>, amount(150_000), fc.integer({ min: 0, max: 6 }), fc.boolean())
  .map(([basis, value, visits, isOfClaim]) => ({
    limits: [
      { measure: 'AMOUNT' as const, basis, value, period: isOfClaim ? ('CLAIM' as const) : ('CALENDAR_YEAR' as const) },
      { measure: 'VISITS' as const, value: String(visits), period: 'CALENDAR_YEAR' as const },
    ],
    counted: networks.flatMap((network) => [
      accumulator({ type: 'AMOUNT', basis, limit: value, network, ...term }),
      accumulator({ type: 'VISITS', limit: String(visits), network, ...term }),
    ]),
  }));

const plan: fc.Arbitrary<PlanExample> = fc
  .record({
    steps,
    accumulators,
    limited: fc.option(limited),
    cross: fc.constantFrom('NONE', 'OUT_TO_IN', 'BOTH') as fc.Arbitrary<'NONE'>,
    feeds: fc.boolean(),
    allowance: fc.option(amount(60_000)),
  })
  .map(({ limited: limits, feeds, allowance, ...rest }) => ({
    ...rest,
    accumulators: [...rest.accumulators, ...(limits?.counted ?? [])],
    benefits: { allowance, limits: limits?.limits ?? [] },
    term: { copayFeedsDeductible: feeds },
  }));

const oneLine: fc.Arbitrary<LineExample & { claimed: string }> = fc.record({
  claimed: amount(250_000, 1),
  fee: fc.option(amount(200_000)),
  network: fc.constantFrom(...networks),
  units: fc.integer({ min: 1, max: 4 }),
  serviceDate: fc.constantFrom('2026-03-02', '2026-03-03'),
  isEmergency: fc.boolean(),
  primaryPaid: fc.option(amount(200_000), { freq: 6 }),
});
const claims = fc.tuple(plan, fc.array(oneLine, { minLength: 1, maxLength: 6 })).map(([given, lines]) => ({ given, lines, facts: claim(given, ...lines) }));

const takenOf = ({ movements }: Decision, key: string): Money =>
  sum(
    movements.filter((one) => one.accumulator === key).map((one) => money(one.amount, 'USD')),
    'USD',
  );
const totalsOf = (decision: Decision) => [amountOf(decision.planPays), amountOf(decision.memberOwes), amountOf(decision.allowed)];

describe('every claim', () => {
  it('is shared out to the penny: claimed = plan + Σ(CO, PR, OA, PI), line by line', () => {
    fc.assert(
      fc.property(claims, ({ facts }) => {
        for (const { claimed, planPays, adjustments } of adjudicate(facts).lines)
          expect(sum([planPays, ...adjustments.map((one) => one.amount)], 'USD')).toEqual(claimed);
      }),
      runs,
    );
  });

  it('leaves within the allowed amount: plan + prior payer + member within allowed', () => {
    fc.assert(
      fc.property(claims, ({ facts }) => {
        for (const { allowed, planPays, adjustments, status } of adjudicate(facts).lines) {
          if (status === 'DENIED') continue;
          const within = adjustments.filter(({ reason }) => reason !== '45' && reason !== '197').map((one) => one.amount);
          expect(sum([planPays, ...within], 'USD')).toEqual(allowed);
        }
      }),
      runs,
    );
  });

  it('has no negative amount anywhere, and takes nothing negative from a limit', () => {
    fc.assert(
      fc.property(claims, ({ facts }) => {
        const decision = adjudicate(facts);
        const amounts = decision.lines.flatMap((one) => [one.planPays, one.memberOwes, one.allowed, ...one.adjustments.map((adjustment) => adjustment.amount)]);
        expect(amounts.some(isNegative)).toBe(false);
        expect(decision.movements.every((one) => Number(one.amount) > 0)).toBe(true);
      }),
      runs,
    );
  });

  it('never takes a member above what is left of any maximum or deductible, nor a limit above what it gives', () => {
    fc.assert(
      fc.property(claims, ({ given, facts }) => {
        const decision = adjudicate(facts);
        for (const one of given.accumulators ?? []) {
          const left = Math.max(0, Number(one.limit) - Number(one.used));
          expect(Number(amountOf(takenOf(decision, one.key)))).toBeLessThanOrEqual(left + 1e-9);
        }
      }),
      runs,
    );
  });

  it('bears cost shares of no more than the maximum of the network, all lines together', () => {
    fc.assert(
      fc.property(claims, ({ given, facts }) => {
        const decision = adjudicate(facts);
        for (const network of networks) {
          const caps = (given.accumulators ?? []).filter((one) => one.type === 'OUT_OF_POCKET' && one.network === network);
          if (caps.length === 0) continue;
          const shares = decision.lines
            .filter((one) => one.network === network)
            .flatMap((one) => one.adjustments.filter(({ reason }) => ['1', '2', '3'].includes(reason)));
          const least = Math.min(...caps.map((one) => Math.max(0, Number(one.limit) - Number(one.used))));
          expect(
            Number(
              amountOf(
                sum(
                  shares.map((one) => one.amount),
                  'USD',
                ),
              ),
            ),
          ).toBeLessThanOrEqual(least + 1e-9);
        }
      }),
      runs,
    );
  });

  it('never gets less from the plan for a line more', () => {
    fc.assert(
      fc.property(claims, oneLine, ({ given, lines, facts }, more) => {
        expect(compare(adjudicate(claim(given, ...lines, more)).planPays, adjudicate(facts).planPays)).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });

  it('has the same totals in whatever order it lists lines that are alike', () => {
    fc.assert(
      fc.property(plan, oneLine, fc.integer({ min: 2, max: 5 }), fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }), (given, alike, count, numbers) => {
        const inOrder = claim(given, ...Array.from({ length: count }, () => alike));
        const shuffled: ClaimFacts = { ...inOrder, lines: inOrder.lines.map((one, index) => ({ ...one, number: numbers[index] as number })) };
        expect(totalsOf(adjudicate(shuffled))).toEqual(totalsOf(adjudicate(inOrder)));
      }),
      runs,
    );
  });

  it('is decided the same way again, from the facts as they were stored', () => {
    fc.assert(
      fc.property(claims, ({ facts }) => {
        expect(adjudicate(JSON.parse(JSON.stringify(facts)))).toEqual(adjudicate(facts));
      }),
      runs,
    );
  });

  it('owes the member exactly what is coded PR', () => {
    fc.assert(
      fc.property(claims, ({ facts }) => {
        const { lines, memberOwes } = adjudicate(facts);
        const coded = lines.flatMap((one) => one.adjustments.filter(({ group }) => group === 'PR').map((adjustment) => adjustment.amount));
        expect(coded.reduce(add, money('0', 'USD'))).toEqual(memberOwes);
      }),
      runs,
    );
  });
});
