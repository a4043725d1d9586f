/** Facts that the examples start from: a member in the network of a US plan on one day in March. Each example says only what it is about. */
import type { Accumulator, Benefits, ClaimFacts, CostShareStep, LineFacts, Network } from './facts.ts';

export const DAY = '2026-03-02';
export const DEDUCTIBLE: CostShareStep = { step: 'DEDUCTIBLE' };
export const copay = (amount: string, per: Extract<CostShareStep, { step: 'COPAY' }>['per'] = 'LINE'): CostShareStep => ({ step: 'COPAY', amount, per });
export const coinsurance = (rate: string): CostShareStep => ({ step: 'COINSURANCE', rate });

type Kind = Pick<Accumulator, 'type'> & Partial<Accumulator>;

/** An accumulator of which so much is left: `limit` less `used`. */
export const accumulator = (given: Kind & { limit: string }): Accumulator => ({
  key: [given.type, given.level ?? 'PERSON', given.network ?? 'IN', given.coverageTermKey ?? '*', given.basis ?? '-'].join('/'),
  level: 'PERSON',
  network: 'IN',
  coverageTermKey: null,
  basis: null,
  period: 'CALENDAR_YEAR',
  used: '0',
  version: 0,
  ...given,
});

export const deductibleOf = (limit: string, more: Partial<Accumulator> = {}): Accumulator => accumulator({ type: 'DEDUCTIBLE', limit, ...more });
export const maximumOf = (limit: string, more: Partial<Accumulator> = {}): Accumulator => accumulator({ type: 'OUT_OF_POCKET', limit, ...more });

export interface LineExample extends Partial<Omit<LineFacts, 'cover' | 'provider'>> {
  /** The fee schedule's amount; what is claimed when left out. Null: nothing is agreed. */
  readonly fee?: string | null;
  readonly network?: Network;
  readonly cover?: Partial<LineFacts['cover']>;
}

/** What the plan gives, and what is left, for all lines of an example. */
export interface PlanExample {
  readonly steps?: readonly CostShareStep[];
  readonly benefits?: Partial<Benefits>;
  readonly accumulators?: readonly Accumulator[];
  readonly term?: Partial<NonNullable<LineFacts['cover']['term']>>;
  readonly cross?: LineFacts['cover']['cross'];
}

export function line(number: number, example: LineExample & { claimed: string }, plan: PlanExample): LineFacts {
  const { fee, network = 'IN', cover, ...rest } = example;
  const benefits: Benefits = { steps: plan.steps ?? [], ...plan.benefits };
  return {
    number,
    serviceDate: DAY,
    admissionDate: null,
    coverageTermKey: 'office_visit',
    procedureCode: '99213',
    units: 1,
    isEmergency: false,
    primaryPaid: null,
    duplicateOf: null,
    authorisation: null,
    ruling: null,
    locked: null,
    ...rest,
    provider: {
      locator: 'prv_oak',
      isActive: true,
      isInNetwork: network === 'IN',
      network: network === 'IN' ? 'STANDARD' : null,
      fee: fee === undefined ? (network === 'IN' ? example.claimed : null) : fee,
    },
    cover: {
      isCovered: true,
      reason: null,
      waitingUntil: null,
      elementId: '0190f000-0000-7000-8000-000000000001',
      termId: '0190f000-0000-7000-8000-000000000002',
      insuredSince: '2025-01-01',
      term: { key: 'office_visit', in: benefits, out: benefits, ...plan.term },
      cross: plan.cross ?? 'NONE',
      moratoriumYears: null,
      accumulators: plan.accumulators ?? [],
      ...cover,
    },
  };
}

/** A claim of lines numbered from 1. */
export function claim(plan: PlanExample, ...lines: readonly (LineExample & { claimed: string })[]): ClaimFacts {
  return {
    currency: 'USD',
    receivedOn: DAY,
    filingDays: 365,
    released: [],
    earlierVisits: [],
    lines: lines.map((one, index) => line(one.number ?? index + 1, one, plan)),
  };
}
