/**
 * Which accumulators a cover has, and what they are called. From the product's element, the policy's term and a day follow the limits that
 * count on that day; nothing is stored for it. A key names policy, person or family, element, network, type, service and period, so the same
 * deductible has the same key through renewal and version change when it runs by calendar year.
 */
import { addYears, type IsoDate, yearStart } from '@olly/kit/time';
import type { CoverageTerm, ElementTerms } from './product.ts';
import { type Quantity, quantity } from './quantity.ts';

export type AccumulatorType = 'DEDUCTIBLE' | 'OUT_OF_POCKET' | 'AMOUNT' | 'UNITS' | 'VISITS';
export type AccumulatorLevel = 'PERSON' | 'FAMILY';
export type Network = 'IN' | 'OUT';
export type LimitBasis = 'ALLOWED' | 'PAID';
export type AccumulatorPeriod = 'CALENDAR_YEAR' | 'POLICY_PERIOD';

/** One limit as it counts on one day. */
export interface Accumulator {
  readonly key: string;
  readonly type: AccumulatorType;
  readonly level: AccumulatorLevel;
  readonly network: Network;
  readonly elementType: string;
  /** Null for the whole element's. */
  readonly coverageTermKey: string | null;
  readonly basis: LimitBasis | null;
  readonly period: AccumulatorPeriod;
  readonly periodStart: IsoDate;
  readonly periodEnd: IsoDate;
  readonly policyId: string;
  /** The policy in its key: an earlier one when a re-joiner goes on with it. */
  readonly homePolicyId: string;
  /** Null for the family's. */
  readonly partyId: string | null;
  readonly termId: string;
  /** Null for units and visits. */
  readonly currency: string | null;
  readonly limit: Quantity;
}

/** What a row of cover says to accumulators. */
export interface CoveredElement {
  readonly policyId: string;
  readonly partyId: string;
  readonly termId: string;
  readonly termFrom: IsoDate;
  readonly termTo: IsoDate;
  readonly elementType: string;
  readonly currency: string;
  readonly elementTerms: ElementTerms;
  readonly coverageTerms: readonly CoverageTerm[];
  /** For one calendar year the accumulators are those of earlier policies: see `coverage/continuity.ts`. */
  readonly continues?: { readonly year: string; readonly family: string; readonly person: string };
}

const NETWORKS: readonly Network[] = ['IN', 'OUT'];
const inNetworkKey = { IN: 'in', OUT: 'out' } as const;

type Named = Pick<Accumulator, 'type' | 'level' | 'network' | 'coverageTermKey' | 'basis' | 'period'>;

function periodOf(element: CoveredElement, period: AccumulatorPeriod, day: IsoDate): { start: IsoDate; end: IsoDate } {
  if (period === 'POLICY_PERIOD') return { start: element.termFrom, end: element.termTo };
  const start = yearStart(day);
  return { start, end: addYears(start, 1) };
}

function accumulator(element: CoveredElement, day: IsoDate, named: Named, limit: string): Accumulator {
  const { start, end } = periodOf(element, named.period, day);
  const partyId = named.level === 'PERSON' ? element.partyId : null;
  const isCounted = named.type === 'UNITS' || named.type === 'VISITS';
  const isContinued = named.period === 'CALENDAR_YEAR' && element.continues?.year === start.slice(0, 4);
  const homePolicyId = (isContinued && (partyId ? element.continues?.person : element.continues?.family)) || element.policyId;
  const parts = [homePolicyId, partyId ?? 'family', element.elementType, named.network, named.type, named.basis ?? '-', named.coverageTermKey ?? '*', named.period, start];
  return {
    ...named,
    key: parts.map((part) => encodeURIComponent(part)).join('/'),
    elementType: element.elementType,
    periodStart: start,
    periodEnd: end,
    policyId: element.policyId,
    homePolicyId,
    partyId,
    termId: element.termId,
    currency: isCounted ? null : element.currency,
    limit: quantity(limit),
  };
}

/**
 * The deductible's and the out-of-pocket maximum's accumulators. Embedded: a person's own cap and the family's both count. Aggregate: the family's only
 * (a plan for one person names the same amount there). Of the out-of-pocket maximum each person's cap always counts.
 */
function ofElement(element: CoveredElement, day: IsoDate): Accumulator[] {
  const { deductible, outOfPocket } = element.elementTerms;
  const found: Accumulator[] = [];
  for (const network of NETWORKS) {
    const add = (type: AccumulatorType, period: AccumulatorPeriod, level: AccumulatorLevel, limit: string | null | undefined) => {
      if (limit != null) found.push(accumulator(element, day, { type, level, network, coverageTermKey: null, basis: null, period }, limit));
    };
    const caps = deductible?.[inNetworkKey[network]];
    if (deductible && caps) {
      if (deductible.kind === 'EMBEDDED') add('DEDUCTIBLE', deductible.period, 'PERSON', caps.person);
      add('DEDUCTIBLE', deductible.period, 'FAMILY', deductible.kind === 'AGGREGATE' ? (caps.family ?? caps.person) : caps.family);
    }
    const most = outOfPocket?.[inNetworkKey[network]];
    if (outOfPocket && most) {
      add('OUT_OF_POCKET', outOfPocket.period, 'PERSON', most.person);
      add('OUT_OF_POCKET', outOfPocket.period, 'FAMILY', most.family);
    }
  }
  return found;
}

/** The benefit limits of one service; limits per claim have no accumulator, the claim itself is their period. */
function ofService(element: CoveredElement, day: IsoDate, term: CoverageTerm): Accumulator[] {
  return NETWORKS.flatMap((network) =>
    (term[inNetworkKey[network]]?.limits ?? []).flatMap(({ measure, basis, value, period }) => {
      if (period === 'CLAIM') return [];
      const named: Named = { type: measure, level: 'PERSON', network, coverageTermKey: term.key, basis: measure === 'AMOUNT' ? (basis ?? 'PAID') : null, period };
      return [accumulator(element, day, named, value)];
    }),
  );
}

/** Every accumulator that a service on a day could move; without a service, those of the whole element and all its services. */
export function accumulatorsOf(element: CoveredElement, day: IsoDate, coverageTermKey?: string | null): Accumulator[] {
  const terms = element.coverageTerms.filter((term) => coverageTermKey == null || term.key === coverageTermKey);
  return [...ofElement(element, day), ...terms.flatMap((term) => ofService(element, day, term))];
}
