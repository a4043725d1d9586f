/** Worked explanations of benefits, with exactly the numbers of the handbook: each reads as "billed, allowed, who bears what, the plan pays". */
import { amountOf } from '@olly/kit/money';
import { describe, expect, it } from 'vitest';
import { adjudicate, type Decision } from './adjudicate.ts';
import type { Accumulator, ClaimFacts } from './facts.ts';
import { accumulator, claim, coinsurance, copay, DEDUCTIBLE, deductibleOf, maximumOf } from './fixtures.ts';

/** A line as an explanation of benefits prints it: `CO-45 70.00, PR-1 300.00 | plan 500.00`. */
const printed = ({ lines }: Decision): string[] =>
  lines.map(({ adjustments, planPays }) =>
    [...adjustments.map(({ group, reason, amount }) => `${group}-${reason} ${amountOf(amount)}`), `plan ${amountOf(planPays)}`].join(', '),
  );
const totals = (decision: Decision) => ({ member: amountOf(decision.memberOwes), plan: amountOf(decision.planPays) });
/** What a decision takes from accumulators, by type, level and network. */
const taken = ({ movements }: Decision): Record<string, string> => {
  const all: Record<string, string> = {};
  for (const { accumulator: key, amount } of movements) {
    const name = key.split('/').slice(0, 3).join(' ');
    all[name] = all[name] ? (Number(all[name]) + Number(amount)).toFixed(2) : amount;
  }
  return all;
};
/** The same accumulators after a decision: what the next claim finds. */
const after = (accumulators: readonly Accumulator[], decision: Decision): Accumulator[] =>
  accumulators.map((one) => {
    const moved = decision.movements.filter(({ accumulator: key }) => key === one.key).reduce((total, { amount }) => total + Number(amount), 0);
    return { ...one, used: (Number(one.used) + moved).toFixed(2) };
  });

describe('worked explanations of benefits', () => {
  it.each<[string, ClaimFacts, string[]]>([
    [
      'allowed 12,000, deductible 3,000, 20 %, maximum 6,850: member 4,800, plan 7,200',
      claim({ steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('3000.00'), maximumOf('6850.00')] }, { claimed: '12000.00' }),
      ['PR-1 3000.00, PR-2 1800.00, plan 7200.00'],
    ],
    [
      'deductible 1,800 and 20 % on a cost of 12,700: coinsurance 2,180, member 3,980',
      claim({ steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('1800.00')] }, { claimed: '12700.00' }),
      ['PR-1 1800.00, PR-2 2180.00, plan 8720.00'],
    ],
    ['billed 150, allowed 80: contractual write-off 70', claim({}, { claimed: '150.00', fee: '80.00' }), ['CO-45 70.00, plan 80.00']],
    [
      'claim 800 with a deductible of 300: paid 500',
      claim({ steps: [DEDUCTIBLE], accumulators: [deductibleOf('300.00')] }, { claimed: '800.00' }),
      ['PR-1 300.00, plan 500.00'],
    ],
    ['eligible 120.00 at 80 %: benefit 96.00', claim({ steps: [coinsurance('0.20')] }, { claimed: '120.00' }), ['PR-2 24.00, plan 96.00']],
    [
      'three lines of 33.33 at 20 %: 6.67 each, rounded once a line',
      claim({ steps: [coinsurance('0.20')] }, { claimed: '33.33' }, { claimed: '33.33' }, { claimed: '33.33' }),
      ['PR-2 6.67, plan 26.66', 'PR-2 6.67, plan 26.66', 'PR-2 6.67, plan 26.66'],
    ],
    [
      'copay, deductible, coinsurance of 200: 30 + 100 + 14 = 144',
      claim({ steps: [copay('30.00'), DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('100.00')] }, { claimed: '200.00' }),
      ['PR-3 30.00, PR-1 100.00, PR-2 14.00, plan 56.00'],
    ],
    [
      'deductible, coinsurance, copay of 200: 100 + 20 + 30 = 150',
      claim({ steps: [DEDUCTIBLE, coinsurance('0.20'), copay('30.00')], accumulators: [deductibleOf('100.00')] }, { claimed: '200.00' }),
      ['PR-1 100.00, PR-2 20.00, PR-3 30.00, plan 50.00'],
    ],
    [
      'a visit copay of 50 on lines of 30 and 60: 30, then the 20 that are still owed',
      claim({ steps: [copay('50.00', 'VISIT')] }, { claimed: '30.00' }, { claimed: '60.00' }),
      ['PR-3 30.00, plan 0.00', 'PR-3 20.00, plan 40.00'],
    ],
    [
      'deductible left 200, cap left 150, lines 300 and 500: the member bears 150 once',
      claim({ steps: [DEDUCTIBLE], accumulators: [deductibleOf('200.00'), maximumOf('150.00')] }, { claimed: '300.00' }, { claimed: '500.00' }),
      ['PR-1 150.00, plan 150.00', 'plan 500.00'],
    ],
    [
      'bill 1,300, excess 200, limit 1,000 of what is PAID: 200 + 100 over',
      claim(
        {
          steps: [DEDUCTIBLE],
          benefits: { limits: [{ measure: 'AMOUNT', basis: 'PAID', value: '1000.00', period: 'CLAIM' }] },
          accumulators: [deductibleOf('200.00')],
        },
        { claimed: '1300.00' },
      ),
      ['PR-1 200.00, PR-119 100.00, plan 1000.00'],
    ],
    [
      'the same with a limit of what is ALLOWED: 300 over + 200',
      claim(
        {
          steps: [DEDUCTIBLE],
          benefits: { limits: [{ measure: 'AMOUNT', basis: 'ALLOWED', value: '1000.00', period: 'CLAIM' }] },
          accumulators: [deductibleOf('200.00')],
        },
        { claimed: '1300.00' },
      ),
      ['PR-119 300.00, PR-1 200.00, plan 800.00'],
    ],
    [
      'out of network: claimed 500, allowance 300, deductible 100, 40 %: the member owes 380, of which 180 is cost share',
      claim(
        {
          steps: [DEDUCTIBLE, coinsurance('0.40')],
          benefits: { allowance: '300.00' },
          accumulators: [deductibleOf('100.00', { network: 'OUT' }), maximumOf('9000.00', { network: 'OUT' })],
        },
        { claimed: '500.00', network: 'OUT' },
      ),
      ['PR-45 200.00, PR-1 100.00, PR-2 80.00, plan 120.00'],
    ],
    [
      'as second insurer: allowed 400, deductible 100, 20 %, the first paid 250: we pay min(240, 150) = 150, the member nothing',
      claim(
        { steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('100.00'), maximumOf('5000.00')] },
        { claimed: '400.00', primaryPaid: '250.00' },
      ),
      ['OA-23 250.00, plan 150.00'],
    ],
    [
      'an embedded family deductible of 3,000 with 1,500 a member: of 2,000, 1,500 is deductible and 500 goes to coinsurance',
      claim(
        { steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('1500.00'), deductibleOf('3000.00', { level: 'FAMILY' })] },
        { claimed: '2000.00' },
      ),
      ['PR-1 1500.00, PR-2 100.00, plan 400.00'],
    ],
    [
      'the same under an aggregate deductible: all 2,000 is deductible',
      claim({ steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('3000.00', { level: 'FAMILY' })] }, { claimed: '2000.00' }),
      ['PR-1 2000.00, plan 0.00'],
    ],
  ])('%s', (_title, facts, expected) => {
    expect(printed(adjudicate(facts))).toEqual(expected);
  });

  it('three lines of 33.33 at 20 %: member 20.01, plan 79.98', () => {
    expect(totals(adjudicate(claim({ steps: [coinsurance('0.20')] }, { claimed: '33.33' }, { claimed: '33.33' }, { claimed: '33.33' })))).toEqual({
      member: '20.01',
      plan: '79.98',
    });
  });

  it('leaves 50 of the deductible when the cap stopped it at 150 of 200', () => {
    const facts = claim({ steps: [DEDUCTIBLE], accumulators: [deductibleOf('200.00'), maximumOf('150.00')] }, { claimed: '300.00' }, { claimed: '500.00' });
    expect(taken(adjudicate(facts))).toEqual({ 'DEDUCTIBLE PERSON IN': '150.00', 'OUT_OF_POCKET PERSON IN': '150.00' });
  });

  it('counts 180 of the 380 that are owed out of network, and never the balance bill', () => {
    const facts = claim(
      {
        steps: [DEDUCTIBLE, coinsurance('0.40')],
        benefits: { allowance: '300.00' },
        accumulators: [deductibleOf('100.00', { network: 'OUT' }), maximumOf('9000.00', { network: 'OUT' })],
      },
      { claimed: '500.00', network: 'OUT' },
    );
    const decision = adjudicate(facts);
    expect(totals(decision)).toEqual({ member: '380.00', plan: '120.00' });
    expect(taken(decision)).toEqual({ 'DEDUCTIBLE PERSON OUT': '100.00', 'OUT_OF_POCKET PERSON OUT': '180.00' });
  });

  it('credits the deductible with 100 and the maximum with nothing where another insurer paid 250 of 400', () => {
    const facts = claim(
      { steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('100.00'), maximumOf('5000.00')] },
      { claimed: '400.00', primaryPaid: '250.00' },
    );
    const decision = adjudicate(facts);
    expect(totals(decision)).toEqual({ member: '0.00', plan: '150.00' });
    expect(taken(decision)).toEqual({ 'DEDUCTIBLE PERSON IN': '100.00' });
  });

  it('codes what the member bears beside another insurer in the order of the steps: of 60 all is deductible', () => {
    const facts = claim(
      { steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('100.00'), maximumOf('5000.00')] },
      { claimed: '400.00', primaryPaid: '100.00' },
    );
    const decision = adjudicate(facts);
    expect(printed(decision)).toEqual(['PR-1 60.00, OA-23 100.00, plan 240.00']);
    expect(taken(decision)).toEqual({ 'DEDUCTIBLE PERSON IN': '100.00', 'OUT_OF_POCKET PERSON IN': '60.00' });
  });

  it('a family of three: aggregate deductible 6,000, person cap 4,000, family cap 9,000, 20 %', () => {
    const family = [deductibleOf('6000.00', { level: 'FAMILY' }), maximumOf('9000.00', { level: 'FAMILY' })];
    const treat = (shared: readonly Accumulator[], claimed: string) =>
      adjudicate(claim({ steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [...shared, maximumOf('4000.00')] }, { claimed }));
    const a = treat(family, '10000.00');
    const b = treat(after(family, a), '7000.00');
    const c = treat(after(after(family, a), b), '20000.00');
    expect([printed(a), printed(b), printed(c)]).toEqual([
      ['PR-1 4000.00, plan 6000.00'],
      ['PR-1 2000.00, PR-2 1000.00, plan 4000.00'],
      ['PR-2 2000.00, plan 18000.00'],
    ]);
  });
});

describe('what makes a line not payable', () => {
  const plan = { steps: [coinsurance('0.20')] };
  it.each<[string, ClaimFacts, string[]]>([
    ['a duplicate is borne by nobody', claim(plan, { claimed: '80.00', duplicateOf: 'clm_earlier' }), ['OA-18 80.00, plan 0.00']],
    [
      'a service before cover is the member’s',
      claim(plan, { claimed: '80.00', cover: { isCovered: false, reason: 'BEFORE_COVER' } }),
      ['PR-26 80.00, plan 0.00'],
    ],
    [
      'a service after cover is the member’s',
      claim(plan, { claimed: '80.00', cover: { isCovered: false, reason: 'AFTER_COVER' } }),
      ['PR-27 80.00, plan 0.00'],
    ],
    [
      'a service that the plan does not name is the member’s',
      claim(plan, { claimed: '80.00', cover: { isCovered: false, reason: 'SERVICE_NOT_COVERED', term: null } }),
      ['PR-96 80.00, plan 0.00'],
    ],
    ['the day before a waiting period ends', claim(plan, { claimed: '80.00', cover: { waitingUntil: '2026-03-03' } }), ['PR-179 80.00, plan 0.00']],
    ['the first day after a waiting period is payable', claim(plan, { claimed: '80.00', cover: { waitingUntil: '2026-03-02' } }), ['PR-2 16.00, plan 64.00']],
    [
      'a claim a day later than the filing limit is the provider’s fault',
      { ...claim(plan, { claimed: '80.00' }), receivedOn: '2027-03-03' },
      ['CO-29 80.00, plan 0.00'],
    ],
    ['a claim on the last day of the filing limit is in time', { ...claim(plan, { claimed: '80.00' }), receivedOn: '2027-03-02' }, ['PR-2 16.00, plan 64.00']],
    ['no authorisation where the plan wants one', claim({ ...plan, term: { priorAuthorisation: true } }, { claimed: '80.00' }), ['CO-197 80.00, plan 0.00']],
    [
      'an emergency needs no authorisation',
      claim({ ...plan, term: { priorAuthorisation: true } }, { claimed: '80.00', isEmergency: true }),
      ['PR-2 16.00, plan 64.00'],
    ],
    [
      'nothing outside the network in a plan without it',
      claim({ ...plan, term: { out: null } }, { claimed: '80.00', network: 'OUT' }),
      ['PR-96 80.00, plan 0.00'],
    ],
    ['what an adjuster has denied', claim(plan, { claimed: '80.00', ruling: { denial: { group: 'CO', reason: '50' } } }), ['CO-50 80.00, plan 0.00']],
  ])('%s', (_title, facts, expected) => {
    expect(printed(adjudicate(facts))).toEqual(expected);
  });

  it('selects the cover of a stay by its admission', () => {
    const facts = claim(plan, { claimed: '80.00', admissionDate: '2026-02-27', cover: { waitingUntil: '2026-03-01' } });
    expect(printed(adjudicate(facts))).toEqual(['PR-179 80.00, plan 0.00']);
  });

  it('is denied as a whole only when every line is', () => {
    const denied = { claimed: '80.00', duplicateOf: 'clm_earlier' };
    expect(adjudicate(claim(plan, denied)).outcome).toBe('DENIED');
    expect(adjudicate(claim(plan, denied, { claimed: '80.00' })).outcome).toBe('PARTIALLY_APPROVED');
    expect(adjudicate(claim(plan, { claimed: '80.00' })).outcome).toBe('APPROVED');
  });
});

describe('prior authorisations', () => {
  const plan = { steps: [], term: { priorAuthorisation: true } };
  const authorisation = { locator: 'pa_knee', isApproved: true, isPending: false, validFrom: '2026-01-01', validTo: '2026-12-31', unitsLeft: 5 };

  it('are used up by the lines of one claim together, and what is over is the provider’s', () => {
    const decision = adjudicate(
      claim(plan, { claimed: '40.00', fee: '10.00', units: 4, authorisation }, { claimed: '40.00', fee: '10.00', units: 4, authorisation }),
    );
    expect(printed(decision)).toEqual(['plan 40.00', 'CO-197 30.00, plan 10.00']);
    expect(decision.authorisedUnits).toEqual([
      { line: 1, authorisation: 'pa_knee', units: 4 },
      { line: 2, authorisation: 'pa_knee', units: 1 },
    ]);
  });

  it('that are still being looked at hold the claim', () => {
    const pending = { ...authorisation, isApproved: false, isPending: true };
    expect(adjudicate(claim(plan, { claimed: '40.00', authorisation: pending })).holds).toEqual([{ reason: 'PRIOR_AUTHORISATION_PENDING', line: 1 }]);
  });
});

describe('limits', () => {
  const visits = (used: string) => accumulator({ type: 'VISITS', coverageTermKey: 'office_visit', limit: '20', used });
  const limits = [{ measure: 'VISITS', value: '20', period: 'CALENDAR_YEAR' }] as const;

  it('count two lines of one visit once', () => {
    const decision = adjudicate(
      claim(
        { benefits: { limits }, accumulators: [visits('18')] },
        { claimed: '50.00' },
        { claimed: '20.00' },
        { claimed: '30.00', serviceDate: '2026-03-04' },
      ),
    );
    expect(taken(decision)).toEqual({ 'VISITS PERSON IN': '2.00' });
  });

  it('leave the visit after the last one to the member', () => {
    const decision = adjudicate(claim({ benefits: { limits }, accumulators: [visits('20')] }, { claimed: '50.00' }));
    expect([printed(decision), decision.outcome]).toEqual([['PR-119 50.00, plan 0.00'], 'DENIED']);
  });

  it('of units share a line in proportion', () => {
    const units = accumulator({ type: 'UNITS', coverageTermKey: 'office_visit', limit: '10', used: '8' });
    const facts = claim(
      { benefits: { limits: [{ measure: 'UNITS', value: '10', period: 'CALENDAR_YEAR' }] }, accumulators: [units] },
      { claimed: '90.00', fee: '30.00', units: 3 },
    );
    expect(printed(adjudicate(facts))).toEqual(['PR-119 30.00, plan 60.00']);
  });

  it('that eligibility does not know hold the claim', () => {
    expect(adjudicate(claim({ benefits: { limits } }, { claimed: '50.00' })).holds).toEqual([{ reason: 'LIMIT_UNKNOWN', line: 1 }]);
  });

  it('used beyond, after a limit was lowered, mean that nothing is left', () => {
    const decision = adjudicate(claim({ steps: [DEDUCTIBLE], accumulators: [deductibleOf('100.00', { used: '300.00' })] }, { claimed: '50.00' }));
    expect(printed(decision)).toEqual(['plan 50.00']);
  });
});

describe('networks', () => {
  const both = [deductibleOf('100.00'), deductibleOf('200.00', { network: 'OUT' }), maximumOf('500.00'), maximumOf('900.00', { network: 'OUT' })];

  it('hold a line in network without an agreed fee', () => {
    expect(adjudicate(claim({}, { claimed: '50.00', fee: null })).holds).toEqual([{ reason: 'NO_FEE_SCHEDULE', line: 1 }]);
  });

  it('take what an adjuster allows where no fee is agreed', () => {
    const decision = adjudicate(claim({}, { claimed: '50.00', fee: null, ruling: { allowed: '40.00' } }));
    expect([printed(decision), decision.holds]).toEqual([['CO-45 10.00, plan 40.00'], []]);
  });

  it('take what is claimed outside, where the plan names no allowance', () => {
    expect(printed(adjudicate(claim({}, { claimed: '50.00', network: 'OUT' })))).toEqual(['plan 50.00']);
  });

  it('are separate unless the plan counts across', () => {
    const treat = (cross: 'NONE' | 'OUT_TO_IN' | 'BOTH', network: 'IN' | 'OUT') =>
      taken(adjudicate(claim({ steps: [DEDUCTIBLE], accumulators: both, cross }, { claimed: '150.00', network })));
    expect(treat('NONE', 'OUT')).toEqual({ 'DEDUCTIBLE PERSON OUT': '150.00', 'OUT_OF_POCKET PERSON OUT': '150.00' });
    expect(treat('OUT_TO_IN', 'OUT')).toEqual({
      'DEDUCTIBLE PERSON OUT': '150.00',
      'DEDUCTIBLE PERSON IN': '100.00',
      'OUT_OF_POCKET PERSON OUT': '150.00',
      'OUT_OF_POCKET PERSON IN': '150.00',
    });
    expect(treat('OUT_TO_IN', 'IN')).toEqual({ 'DEDUCTIBLE PERSON IN': '100.00', 'OUT_OF_POCKET PERSON IN': '100.00' });
    expect(treat('BOTH', 'IN')).toEqual({
      'DEDUCTIBLE PERSON IN': '100.00',
      'DEDUCTIBLE PERSON OUT': '100.00',
      'OUT_OF_POCKET PERSON IN': '100.00',
      'OUT_OF_POCKET PERSON OUT': '100.00',
    });
  });

  it('treat an emergency outside as inside, without a balance bill', () => {
    const facts = claim(
      { steps: [DEDUCTIBLE], benefits: { allowance: '300.00' }, accumulators: both },
      { claimed: '500.00', network: 'OUT', isEmergency: true },
    );
    const decision = adjudicate(facts);
    expect(printed(decision)).toEqual(['CO-45 200.00, PR-1 100.00, plan 200.00']);
    expect(decision.holds).toEqual([]);
  });
});

describe('a line that an appeal leaves alone', () => {
  it('keeps its result and what it took, also where its cover has changed since', () => {
    const plan = { steps: [DEDUCTIBLE, coinsurance('0.20')], accumulators: [deductibleOf('100.00'), maximumOf('500.00')] };
    const movements = [
      { line: 1, accumulator: 'DEDUCTIBLE/PERSON/IN/*/-', measure: 'DEDUCTIBLE', amount: '100.00', serviceDate: '2026-03-02' },
      { line: 1, accumulator: 'OUT_OF_POCKET/PERSON/IN/*/-', measure: 'OUT_OF_POCKET', amount: '120.00', serviceDate: '2026-03-02' },
    ] as const;
    const adjustments = [
      { group: 'PR', reason: '1', amount: '100.00' },
      { group: 'PR', reason: '2', amount: '20.00' },
    ] as const;
    const locked = { status: 'APPROVED', network: 'IN', allowed: '200.00', planPays: '80.00', memberOwes: '120.00', adjustments, movements } as const;
    const decision = adjudicate(
      claim(plan, { claimed: '200.00', locked, cover: { isCovered: false, reason: 'AFTER_COVER', accumulators: [] } }, { claimed: '100.00' }),
    );
    expect(printed(decision)).toEqual(['PR-1 100.00, PR-2 20.00, plan 80.00', 'PR-2 20.00, plan 80.00']);
    expect(taken(decision)).toEqual({ 'DEDUCTIBLE PERSON IN': '100.00', 'OUT_OF_POCKET PERSON IN': '140.00' });
  });
});

describe('cost shares', () => {
  it('ask for a visit’s copay once, also when an earlier claim has taken part of it', () => {
    const facts = claim({ steps: [copay('50.00', 'VISIT')] }, { claimed: '60.00' });
    const earlier = { coverageTermKey: 'office_visit', provider: 'prv_oak', serviceDate: '2026-03-02', admissionDate: null, copay: '30.00' };
    expect(printed(adjudicate({ ...facts, earlierVisits: [earlier] }))).toEqual(['PR-3 20.00, plan 40.00']);
  });

  it('feed the deductible with a copay only where the plan says so', () => {
    const plan = { steps: [copay('30.00'), DEDUCTIBLE], accumulators: [deductibleOf('100.00')] };
    expect(printed(adjudicate(claim(plan, { claimed: '200.00' })))).toEqual(['PR-3 30.00, PR-1 100.00, plan 70.00']);
    expect(printed(adjudicate(claim({ ...plan, term: { copayFeedsDeductible: true } }, { claimed: '200.00' })))).toEqual([
      'PR-3 30.00, PR-1 70.00, plan 100.00',
    ]);
  });

  it('follow the tier that the visits before have reached', () => {
    const tiers = [{ by: 'VISITS', from: '3', steps: [coinsurance('0.50')] }] as const;
    const plan = (used: string) => ({
      steps: [coinsurance('0.20')],
      benefits: { tiers },
      accumulators: [accumulator({ type: 'VISITS', coverageTermKey: 'office_visit', limit: '20', used })],
    });
    expect(printed(adjudicate(claim(plan('2'), { claimed: '100.00' })))).toEqual(['PR-2 20.00, plan 80.00']);
    expect(printed(adjudicate(claim(plan('3'), { claimed: '100.00' })))).toEqual(['PR-2 50.00, plan 50.00']);
  });

  it('hold a claim within a moratorium until somebody knows the medical history', () => {
    const facts = claim({}, { claimed: '50.00', cover: { moratoriumYears: 2 } });
    expect(adjudicate(facts).holds).toEqual([{ reason: 'MEDICAL_HISTORY_UNKNOWN', line: 1 }]);
    expect(adjudicate({ ...facts, released: ['MEDICAL_HISTORY_UNKNOWN'] }).holds).toEqual([]);
  });
});
