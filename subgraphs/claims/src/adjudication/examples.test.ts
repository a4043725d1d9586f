/**
 * More worked explanations of benefits, each with its arithmetic written out: what is billed, what is allowed, who bears what, what the plan pays. The handbook's own are in
 * adjudicate.test.ts; these are where its rules meet one another.
 */
import { amountOf } from '@olly/kit/money';
import { describe, expect, it } from 'vitest';
import { adjudicate, type Decision } from './adjudicate.ts';
import type { BenefitLimit, ClaimFacts, LineFacts } from './facts.ts';
import { accumulator, claim, coinsurance, copay, DEDUCTIBLE, deductibleOf, maximumOf } from './fixtures.ts';

const printed = ({ lines }: Decision): string[] =>
  lines.map(({ adjustments, planPays }) =>
    [...adjustments.map(({ group, reason, amount }) => `${group}-${reason} ${amountOf(amount)}`), `plan ${amountOf(planPays)}`].join(', '),
  );

type Example = readonly [arithmetic: string, facts: ClaimFacts, expected: readonly string[]];
const check = (examples: readonly Example[]): void => {
  it.each(examples)('%s', (_arithmetic, facts, expected) => {
    expect(printed(adjudicate(facts))).toEqual(expected);
  });
};

const T20 = [DEDUCTIBLE, coinsurance('0.20')];
const term = { coverageTermKey: 'office_visit' };
const limit = (measure: BenefitLimit['measure'], value: string, more: Partial<BenefitLimit> = {}): BenefitLimit => ({ measure, value, period: 'CALENDAR_YEAR', ...more });
const amountLimit = (basis: 'ALLOWED' | 'PAID', value: string, used = '0') => ({
  benefits: { limits: [limit('AMOUNT', value, { basis })] },
  accumulators: [accumulator({ type: 'AMOUNT', basis, limit: value, used, ...term })],
});
const family = (value: string, used = '0') => deductibleOf(value, { level: 'FAMILY', used });
const OUT = { network: 'OUT' } as const;

describe('copays', () => {
  check([
    ['a copay is no more than the line: min(30, 18) = 18; 18 − 18 = 0', claim({ steps: [copay('30.00')] }, { claimed: '18.00' }), ['PR-3 18.00, plan 0.00']],
    ['per line: 25 + 25; (80 − 25) + (40 − 25) = 55 + 15', claim({ steps: [copay('25.00')] }, { claimed: '80.00' }, { claimed: '40.00' }), ['PR-3 25.00, plan 55.00', 'PR-3 25.00, plan 15.00']],
    ['per unit: 4 × 5 = 20 of 4 × 12 = 48; 48 − 20 = 28', claim({ steps: [copay('5.00', 'UNIT')] }, { claimed: '60.00', units: 4, fee: '12.00' }), ['CO-45 12.00, PR-3 20.00, plan 28.00']],
    [
      'per day, one provider, two days: 20 each; (50 − 20) + (50 − 20)',
      claim({ steps: [copay('20.00', 'DAY')] }, { claimed: '50.00' }, { claimed: '50.00', serviceDate: '2026-03-03' }),
      ['PR-3 20.00, plan 30.00', 'PR-3 20.00, plan 30.00'],
    ],
    [
      'per admission, two days of one stay: 100 once; 90 + 10 spilled; (90 − 90) + (150 − 10)',
      claim({ steps: [copay('100.00', 'ADMISSION')] }, { claimed: '90.00', admissionDate: '2026-03-01' }, { claimed: '150.00', serviceDate: '2026-03-03', admissionDate: '2026-03-01' }),
      ['PR-3 90.00, plan 0.00', 'PR-3 10.00, plan 140.00'],
    ],
    [
      'per visit, the spill stops at the copay: 15 + 15 + 10 = 40; (15 − 15) + (15 − 15) + (70 − 10)',
      claim({ steps: [copay('40.00', 'VISIT')] }, { claimed: '15.00' }, { claimed: '15.00' }, { claimed: '70.00' }),
      ['PR-3 15.00, plan 0.00', 'PR-3 15.00, plan 0.00', 'PR-3 10.00, plan 60.00'],
    ],
    ['a copay of 0 takes nothing: 64 − 0', claim({ steps: [copay('0.00')] }, { claimed: '64.00' }), ['plan 64.00']],
    [
      'copay and coinsurance on the rest: 30; 20 % of (130 − 30) = 20; 130 − 50 = 80',
      claim({ steps: [copay('30.00'), coinsurance('0.20')] }, { claimed: '130.00' }),
      ['PR-3 30.00, PR-2 20.00, plan 80.00'],
    ],
    [
      'coinsurance first, then copay: 20 % of 130 = 26; 30; 130 − 56 = 74',
      claim({ steps: [coinsurance('0.20'), copay('30.00')] }, { claimed: '130.00' }),
      ['PR-2 26.00, PR-3 30.00, plan 74.00'],
    ],
    [
      'a copay that feeds the deductible: 30; left 100 − 30 = 70; 20 % of (300 − 100) = 40; 300 − 140',
      claim({ steps: [copay('30.00'), ...T20], accumulators: [deductibleOf('100.00')], term: { copayFeedsDeductible: true } }, { claimed: '300.00' }),
      ['PR-3 30.00, PR-1 70.00, PR-2 40.00, plan 160.00'],
    ],
  ]);
});

describe('deductibles', () => {
  check([
    ['partly used: left 500 − 380 = 120; 20 % of (400 − 120) = 56; 400 − 176', claim({ steps: T20, accumulators: [deductibleOf('500.00', { used: '380.00' })] }, { claimed: '400.00' }), ['PR-1 120.00, PR-2 56.00, plan 224.00']],
    ['used up: left 0; 20 % of 400 = 80', claim({ steps: T20, accumulators: [deductibleOf('500.00', { used: '500.00' })] }, { claimed: '400.00' }), ['PR-2 80.00, plan 320.00']],
    ['larger than the bill: min(500, 90) = 90', claim({ steps: T20, accumulators: [deductibleOf('500.00')] }, { claimed: '90.00' }), ['PR-1 90.00, plan 0.00']],
    [
      'across lines: 60 + min(40, 100) = 100; then 20 % of 60 = 12',
      claim({ steps: T20, accumulators: [deductibleOf('100.00')] }, { claimed: '60.00' }, { claimed: '100.00' }),
      ['PR-1 60.00, plan 0.00', 'PR-1 40.00, PR-2 12.00, plan 48.00'],
    ],
    [
      'embedded, the family’s is nearer: min(1,500 − 200, 3,000 − 2,900) = 100; 20 % of 400 = 80',
      claim({ steps: T20, accumulators: [deductibleOf('1500.00', { used: '200.00' }), family('3000.00', '2900.00')] }, { claimed: '500.00' }),
      ['PR-1 100.00, PR-2 80.00, plan 320.00'],
    ],
    [
      'embedded, the family’s is full: min(1,500, 0) = 0; 20 % of 500',
      claim({ steps: T20, accumulators: [deductibleOf('1500.00'), family('3000.00', '3000.00')] }, { claimed: '500.00' }),
      ['PR-2 100.00, plan 400.00'],
    ],
    [
      'aggregate, partly used by others: 3,000 − 2,750 = 250; 20 % of 750 = 150',
      claim({ steps: T20, accumulators: [family('3000.00', '2750.00')] }, { claimed: '1000.00' }),
      ['PR-1 250.00, PR-2 150.00, plan 600.00'],
    ],
    [
      'after the contractual write-off, never before: 500 − 350 = 150; min(200, 350) = 200; 20 % of 150 = 30',
      claim({ steps: T20, accumulators: [deductibleOf('200.00')] }, { claimed: '500.00', fee: '350.00' }),
      ['CO-45 150.00, PR-1 200.00, PR-2 30.00, plan 120.00'],
    ],
    ['a plan without one: 20 % of 400', claim({ steps: T20 }, { claimed: '400.00' }), ['PR-2 80.00, plan 320.00']],
    [
      'after coinsurance: 20 % of 200 = 40; min(100, 160) = 100; 200 − 140',
      claim({ steps: [coinsurance('0.20'), DEDUCTIBLE], accumulators: [deductibleOf('100.00')] }, { claimed: '200.00' }),
      ['PR-2 40.00, PR-1 100.00, plan 60.00'],
    ],
  ]);
});

describe('out-of-pocket maxima', () => {
  check([
    [
      'stops the coinsurance: left 1,000 − 950 = 50; min(20 % of 400, 50) = 50',
      claim({ steps: T20, accumulators: [maximumOf('1000.00', { used: '950.00' })] }, { claimed: '400.00' }),
      ['PR-2 50.00, plan 350.00'],
    ],
    [
      'stops within the steps: 30 copay; min(100, 80 − 30) = 50; nothing of 20 %; 300 − 80',
      claim({ steps: [copay('30.00'), ...T20], accumulators: [deductibleOf('100.00'), maximumOf('80.00')] }, { claimed: '300.00' }),
      ['PR-3 30.00, PR-1 50.00, plan 220.00'],
    ],
    ['reached before: nothing of 100 + 20 %', claim({ steps: T20, accumulators: [deductibleOf('100.00'), maximumOf('800.00', { used: '800.00' })] }, { claimed: '300.00' }), ['plan 300.00']],
    [
      'the family’s is nearer: min(800, 9,000 − 8,970) = 30',
      claim({ steps: T20, accumulators: [maximumOf('800.00'), maximumOf('9000.00', { level: 'FAMILY', used: '8970.00' })] }, { claimed: '300.00' }),
      ['PR-2 30.00, plan 270.00'],
    ],
    [
      'across lines: 20 % of 300 = 60; min(20 % of 300, 100 − 60) = 40; then 0',
      claim({ steps: [coinsurance('0.20')], accumulators: [maximumOf('100.00')] }, { claimed: '300.00' }, { claimed: '300.00' }, { claimed: '300.00' }),
      ['PR-2 60.00, plan 240.00', 'PR-2 40.00, plan 260.00', 'plan 300.00'],
    ],
    [
      'does not stop what is over a limit: 700 − 500 = 200 over; min(20 % of 500, 60) = 60; 500 − 60',
      claim({ ...amountLimit('ALLOWED', '500.00'), steps: [coinsurance('0.20')], accumulators: [...amountLimit('ALLOWED', '500.00').accumulators, maximumOf('60.00')] }, { claimed: '700.00' }),
      ['PR-119 200.00, PR-2 60.00, plan 440.00'],
    ],
    [
      'does not stop a balance bill: 400 − 250 = 150 billed; min(40 % of 250, 10) = 10; 250 − 10',
      claim({ steps: [coinsurance('0.40')], benefits: { allowance: '250.00' }, accumulators: [maximumOf('10.00', OUT)] }, { claimed: '400.00', network: 'OUT' }),
      ['PR-45 150.00, PR-2 10.00, plan 240.00'],
    ],
  ]);
});

describe('rounding', () => {
  check([
    ['half a cent goes up: 15 % of 0.10 = 0.015 → 0.02', claim({ steps: [coinsurance('0.15')] }, { claimed: '0.10' }), ['PR-2 0.02, plan 0.08']],
    ['less than half goes down: 12.5 % of 0.19 = 0.02375 → 0.02', claim({ steps: [coinsurance('0.125')] }, { claimed: '0.19' }), ['PR-2 0.02, plan 0.17']],
    ['a third of 100: 33.3333 % → 33.33; 100 − 33.33', claim({ steps: [coinsurance('0.333333')] }, { claimed: '100.00' }), ['PR-2 33.33, plan 66.67']],
    ['100 % leaves the plan nothing: 42 − 42', claim({ steps: [coinsurance('1.00')] }, { claimed: '42.00' }), ['PR-2 42.00, plan 0.00']],
  ]);
});

describe('limits', () => {
  const paid = amountLimit('PAID', '150.00', '100.00');
  check([
    ['paid, the rest of a year: 20 % of 100 = 20; min(80, 150 − 100) = 50; 30 over', claim({ ...paid, steps: [coinsurance('0.20')] }, { claimed: '100.00' }), ['PR-2 20.00, PR-119 30.00, plan 50.00']],
    [
      'allowed, the rest of a year: min(100, 150 − 100) = 50; 50 over; 20 % of 50 = 10',
      claim({ ...amountLimit('ALLOWED', '150.00', '100.00'), steps: [coinsurance('0.20')] }, { claimed: '100.00' }),
      ['PR-119 50.00, PR-2 10.00, plan 40.00'],
    ],
    ['paid, across lines: min(40, 50) = 40; min(40, 10) = 10, 30 over', claim(paid, { claimed: '40.00' }, { claimed: '40.00' }), ['plan 40.00', 'PR-119 30.00, plan 10.00']],
    [
      'units: 10 − 9 = 1 of 4; 120 × 3/4 = 90 over; one unit of 30',
      claim({ benefits: { limits: [limit('UNITS', '10')] }, accumulators: [accumulator({ type: 'UNITS', limit: '10', used: '9', ...term })] }, { claimed: '120.00', units: 4, fee: '30.00' }),
      ['PR-119 90.00, plan 30.00'],
    ],
    [
      'visits: 20 − 19 = 1; the second day is over',
      claim({ benefits: { limits: [limit('VISITS', '20')] }, accumulators: [accumulator({ type: 'VISITS', limit: '20', used: '19', ...term })] }, { claimed: '50.00' }, { claimed: '50.00', serviceDate: '2026-03-03' }),
      ['plan 50.00', 'PR-119 50.00, plan 0.00'],
    ],
    [
      'of one claim: 100 allowed in all: 70; min(70, 30) = 30, 40 over',
      claim({ benefits: { limits: [limit('AMOUNT', '100.00', { basis: 'ALLOWED', period: 'CLAIM' })] } }, { claimed: '70.00' }, { claimed: '70.00' }),
      ['plan 70.00', 'PR-119 40.00, plan 30.00'],
    ],
    [
      'a tier by amount, reached at 300: 50 % of 200 instead of 20 %',
      claim(
        {
          steps: [coinsurance('0.20')],
          benefits: { tiers: [{ by: 'AMOUNT', from: '300.00', steps: [coinsurance('0.50')] }] },
          accumulators: [accumulator({ type: 'AMOUNT', basis: 'PAID', limit: '1000.00', used: '300.00', ...term })],
        },
        { claimed: '200.00' },
      ),
      ['PR-2 100.00, plan 100.00'],
    ],
  ]);
});

describe('networks', () => {
  check([
    ['a fee above the bill allows the bill: min(80, 120) = 80', claim({}, { claimed: '80.00', fee: '120.00' }), ['plan 80.00']],
    ['a fee per unit: 3 × 40 = 120 of 150; 30 off', claim({}, { claimed: '150.00', units: 3, fee: '40.00' }), ['CO-45 30.00, plan 120.00']],
    [
      'an allowance per unit outside: 2 × 60 = 120 of 200; 80 billed; 30 % of 120 = 36',
      claim({ steps: [coinsurance('0.30')], benefits: { allowance: '60.00' } }, { claimed: '200.00', units: 2, network: 'OUT' }),
      ['PR-45 80.00, PR-2 36.00, plan 84.00'],
    ],
    [
      'an emergency outside: allowance 300 of 450, 150 off; in-network deductible 100; 20 % of 200 = 40',
      claim({ steps: T20, benefits: { allowance: '300.00' }, accumulators: [deductibleOf('100.00'), deductibleOf('500.00', OUT)] }, { claimed: '450.00', network: 'OUT', isEmergency: true }),
      ['CO-45 150.00, PR-1 100.00, PR-2 40.00, plan 160.00'],
    ],
    [
      'one line in, one outside, deductibles of their own: 50 of 50 in; 80 of 80 outside, 20 % of 20 = 4',
      claim({ steps: T20, accumulators: [deductibleOf('50.00'), deductibleOf('80.00', OUT)] }, { claimed: '50.00' }, { claimed: '100.00', network: 'OUT' }),
      ['PR-1 50.00, plan 0.00', 'PR-1 80.00, PR-2 4.00, plan 16.00'],
    ],
    [
      'across both ways: 80 outside count 50 inside, so nothing is left inside; 20 % of 100 = 20',
      claim({ steps: T20, accumulators: [deductibleOf('50.00'), deductibleOf('80.00', OUT)], cross: 'BOTH' }, { claimed: '80.00', network: 'OUT' }, { claimed: '100.00' }),
      ['PR-1 80.00, plan 0.00', 'PR-2 20.00, plan 80.00'],
    ],
  ]);
});

describe('other insurance', () => {
  check([
    ['the first paid all: min(80, 100 − 100) = 0; the member 0', claim({ steps: [coinsurance('0.20')] }, { claimed: '100.00', primaryPaid: '100.00' }), ['OA-23 100.00, plan 0.00']],
    ['the first paid more than is allowed: 100 of 130 count', claim({ steps: [coinsurance('0.20')] }, { claimed: '100.00', primaryPaid: '130.00' }), ['OA-23 100.00, plan 0.00']],
    ['the first paid nothing: the normal 80; the member 20', claim({ steps: [coinsurance('0.20')] }, { claimed: '100.00', primaryPaid: '0.00' }), ['PR-2 20.00, plan 80.00']],
    [
      'the first paid little: allowed 300; normal 300 − 30 − 54 = 216; left 300 − 60 = 240; member 24, copay first',
      claim({ steps: [copay('30.00'), coinsurance('0.20')] }, { claimed: '350.00', fee: '300.00', primaryPaid: '60.00' }),
      ['CO-45 50.00, PR-3 24.00, OA-23 60.00, plan 216.00'],
    ],
  ]);
});

describe('lines that are not payable beside lines that are', () => {
  const authorisation: LineFacts['authorisation'] = { locator: 'pa_hip', isApproved: true, isPending: false, validFrom: '2026-01-01', validTo: '2026-12-31', unitsLeft: 2 };
  check([
    [
      'a denied line takes nothing of the deductible: 80 denied; then 100 + 20 % of 20 = 4',
      claim({ steps: T20, accumulators: [deductibleOf('100.00')] }, { claimed: '80.00', duplicateOf: 'clm_earlier' }, { claimed: '120.00' }),
      ['OA-18 80.00, plan 0.00', 'PR-1 100.00, PR-2 4.00, plan 16.00'],
    ],
    [
      'two of three units authorised: 90 × 1/3 = 30 the provider’s; 20 % of 60 = 12',
      claim({ steps: [coinsurance('0.20')], term: { priorAuthorisation: true } }, { claimed: '90.00', units: 3, fee: '30.00', authorisation }),
      ['CO-197 30.00, PR-2 12.00, plan 48.00'],
    ],
    [
      'an authorisation that ended the day before: all 90 the provider’s',
      claim({ term: { priorAuthorisation: true } }, { claimed: '90.00', authorisation: { ...authorisation, validTo: '2026-03-02' } }),
      ['CO-197 90.00, plan 0.00'],
    ],
    [
      'an adjuster allows 70 of 90: 20 off; 20 % of 70 = 14',
      claim({ steps: [coinsurance('0.20')] }, { claimed: '90.00', fee: null, ruling: { allowed: '70.00' } }),
      ['CO-45 20.00, PR-2 14.00, plan 56.00'],
    ],
  ]);
});

describe('what a decision says it looked at', () => {
  it('names full accumulators too, with what was used', () => {
    const { expected } = adjudicate(claim({ steps: T20, accumulators: [deductibleOf('500.00', { used: '500.00', version: 7 })] }, { claimed: '400.00' }));
    expect([...expected.values()]).toEqual([{ version: 7, used: '500.00' }]);
  });

  it('does not say what was used where it chose the steps, for then every movement counts', () => {
    const visits = accumulator({ type: 'VISITS', limit: '20', used: '3', version: 2, ...term });
    const tiers = [{ by: 'VISITS', from: '3', steps: [coinsurance('0.50')] }] as const;
    const { expected } = adjudicate(claim({ steps: T20, benefits: { tiers }, accumulators: [visits, deductibleOf('10.00', { version: 1 })] }, { claimed: '400.00' }));
    expect(Object.fromEntries([...expected].map(([key, found]) => [key.split('/')[0], found]))).toEqual({ VISITS: { version: 2, used: null }, DEDUCTIBLE: { version: 1, used: '0' } });
  });
});
