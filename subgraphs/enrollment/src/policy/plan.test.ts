/** Plans of changes: whatever the order in which endorsements are told, the term is the same and costs the same. */
import { add, amountOf, money, sum } from '@olly/kit/money';
import { addDays } from '@olly/kit/time';
import { scaled, seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange, type Change, checkChange, type DatedChange, type TermState } from './change.ts';
import { linesOf, type PlannedCharge, planCancellation, planEndorsement, type TermFacts } from './plan.ts';

const nothing: Change = { addInsured: [], removeInsured: [], addElements: [], removeElements: [], answers: {} };
const person = (party: string) => ({ partyId: party, party, relationship: 'OTHER' as const });
const base: TermState = { region: 'NY', answers: { level: 0 }, insured: [person('ann')], elements: [{ type: 'MEDICAL', staticId: 's1', insured: ['ann'] }] };
const prices = ['1200.00', '1500.00', '1800.00', '999.99'];
const facts: TermFacts = {
  measure: { term: { from: '2026-01-01', to: '2027-01-01' }, basis: 'DAY' },
  currency: 'GBP',
  base,
  changes: [],
  rate: (state) => state.elements.flatMap(({ type, insured }) => insured.map((party) => ({ elementType: type, party, premium: prices[Number(state.answers.level)] as string }))),
  taxes: [{ name: 'IPT', rate: '0.12' }],
  charged: money('1200.00', 'GBP'),
};
const premium = (charges: readonly PlannedCharge[], category = 'PREMIUM') => sum(charges.filter((one) => one.category === category).map(({ amount }) => amount), 'GBP');

/** Tells changes one after the other, as the command does: ids of reapplied changes rise. */
function tell(order: readonly DatedChange[]) {
  let current = facts;
  let tax = money('144.00', 'GBP');
  let count = 0;
  for (const change of order) {
    const plan = planEndorsement(current, change);
    const reapplied = new Map(plan.steps.flatMap((step) => (step.kind === 'ENDORSEMENT' && step.reapplies ? [[step.reapplies, `z${String(++count).padStart(4, '0')}`]] : [])));
    const changes = [...current.changes, change].map((one) => ({ ...one, id: reapplied.get(one.id) ?? one.id }));
    current = { ...current, changes, charged: add(current.charged, premium(plan.charges)) };
    tax = add(tax, premium(plan.charges, 'TAX'));
  }
  return { lines: linesOf(current, current.changes), charged: amountOf(current.charged), tax: amountOf(tax) };
}

describe('endorsements', () => {
  it(`told out of sequence give the lines, the premium and the tax of the right order (seed ${seed})`, () => {
    const joins = (party: string): Change => ({ ...nothing, addInsured: [{ ...person(party), elements: ['MEDICAL'] }] });
    const made = fc.oneof(
      fc.constantFrom('bob', 'cy', 'di').map(joins),
      fc.constantFrom('bob', 'cy').map((party): Change => ({ ...nothing, removeInsured: [party] })),
      fc.integer({ min: 0, max: 3 }).map((level): Change => ({ ...nothing, answers: { level } })),
    );
    const changes = fc.uniqueArray(fc.record({ day: fc.integer({ min: 0, max: 364 }), change: made }), { minLength: 1, maxLength: 6, selector: ({ day }) => day });
    fc.assert(
      fc.property(changes, fc.infiniteStream(fc.nat()), (told, chance) => {
        const dated = told.map(({ day, change }, index): DatedChange => ({ id: `a${index}`, on: addDays('2026-01-01', day), change }));
        const inOrder = [...dated].sort((a, b) => (a.on < b.on ? -1 : 1));
        const shuffled = dated.map((one) => ({ one, rank: chance.next().value as number })).sort((a, b) => a.rank - b.rank).map(({ one }) => one);
        const bySegments = (lines: ReturnType<typeof tell>['lines']) => Object.fromEntries(lines.map((line) => [`${line.staticId}:${line.party}`, line.segments]));
        const [right, late] = [tell(inOrder), tell(shuffled)];
        expect(bySegments(late.lines)).toEqual(bySegments(right.lines));
        expect([late.charged, late.tax]).toEqual([right.charged, right.tax]);
      }),
      { seed, numRuns: scaled(10_000, 200) },
    );
  }, 600_000);

  it('take back later ones, latest first, and apply them again, earliest first', () => {
    const level = (id: string, on: string, value: number): DatedChange => ({ id, on, change: { ...nothing, answers: { level: value } } });
    const plan = planEndorsement({ ...facts, changes: [level('b', '2026-08-01', 1), level('c', '2026-10-01', 2)] }, level('d', '2026-07-01', 3));
    expect(plan.steps.map((step) => (step.kind === 'REVERSAL' ? `reverse ${step.of}` : step.reapplies ? `reapply ${step.reapplies}` : `apply ${step.change.id}`))).toEqual(['reverse c', 'reverse b', 'apply d', 'reapply b', 'reapply c']);
  });

  it('are refused when they do not fit what holds on their day', () => {
    expect(() => checkChange(base, { ...nothing, addInsured: [{ ...person('ann'), elements: [] }] })).toThrow('insured already');
    expect(() => checkChange(base, { ...nothing, removeInsured: ['bob'] })).toThrow('not insured on that day');
    expect(() => checkChange(base, { ...nothing, removeInsured: ['ann'] })).toThrow('cancel the policy instead');
    expect(() => checkChange(base, { ...nothing, removeElements: ['DENTAL'] })).toThrow('not covered on that day');
  });

  it('keep an element’s own identity while people come and go', () => {
    const after = applyChange(base, { ...nothing, addInsured: [{ ...person('bob'), elements: ['MEDICAL'] }], removeInsured: ['ann'] });
    expect(after.elements).toEqual([{ type: 'MEDICAL', staticId: 's1', insured: ['bob'] }]);
  });
});

describe('cancellations', () => {
  const fees = money('25.00', 'GBP');
  it.each([
    ['PRO_RATA', '-904.11', '-108.49', '0.00'],
    ['SHORT_RATE', '-813.70', '-97.64', '0.00'],
    ['FLAT', '-1200.00', '-144.00', '-25.00'],
  ] as const)('%s of 1,200.00 and 12 % tax on 1 April by day: premium %s, tax %s, fees %s', (kind, premiumBack, taxBack, feesBack) => {
    const { charges } = planCancellation(facts, { kind, on: '2026-04-01', shortRate: '0.10', fees });
    expect(['PREMIUM', 'TAX', 'FEE'].map((category) => amountOf(premium(charges, category)))).toEqual([premiumBack, taxBack, feesBack]);
  });
});
