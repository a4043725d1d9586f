/**
 * What changes of a term cost, line by line, and what the term looks like afterwards. One path for the preview and the real thing. An endorsement told late takes back those that
 * begin after it, is applied, and has them applied again; each step has its own charges, and together they are exactly after less before. Pure.
 */
import { add, amountOf, isZero, type Money, money, negate, subtract, sum } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import { chargeOf, type Measure, priceOfSegments, type Segment, shortRateRefund, until } from '../pricing/proration.ts';
import { taxOn } from '../pricing/rating.ts';
import { type DatedChange, type StatePerson, type TermState, timeline } from './change.ts';

/** One element and person, with what it costs when. */
export interface Line extends StatePerson {
  readonly staticId: string;
  readonly type: string;
  readonly segments: readonly Segment[];
}
export interface Tax {
  readonly name: string;
  readonly rate: string;
}
/** Full-term premium of each element and person of a state. */
export type Rate = (state: TermState) => readonly { readonly elementType: string; readonly party: string; readonly premium: string }[];

export interface TermFacts {
  readonly measure: Measure;
  readonly currency: string;
  readonly base: TermState;
  readonly changes: readonly DatedChange[];
  readonly rate: Rate;
  readonly taxes: readonly Tax[];
  /** Net premium charged in the term so far. */
  readonly charged: Money;
}

export interface PlannedCharge {
  readonly key: string;
  readonly category: 'PREMIUM' | 'TAX' | 'FEE';
  readonly amount: Money;
  readonly staticId: string | null;
  readonly tax: Tax | null;
}

const lineKey = ({ staticId, party }: Pick<Line, 'staticId' | 'party'>): string => `${staticId}:${party}`;

/** The lines of a term; neighbouring segments of one price are one. */
export function linesOf({ measure, currency, base, rate }: Pick<TermFacts, 'measure' | 'currency' | 'base' | 'rate'>, changes: readonly DatedChange[]): Line[] {
  const lines = new Map<string, Line & { segments: Segment[] }>();
  for (const { from, to, state } of timeline(base, changes, measure.term)) {
    for (const { elementType, party, premium } of rate(state)) {
      const element = state.elements.find((one) => one.type === elementType) as TermState['elements'][number];
      const person = state.insured.find((one) => one.party === party) as StatePerson;
      const line = lines.get(lineKey({ staticId: element.staticId, party })) ?? { ...person, staticId: element.staticId, type: elementType, segments: [] };
      const last = line.segments.at(-1);
      const price = money(premium, currency);
      if (last && last.to === from && last.price.minor === price.minor) line.segments[line.segments.length - 1] = { ...last, to };
      else line.segments.push({ from, to, price });
      lines.set(lineKey(line), line);
    }
  }
  return [...lines.values()];
}

const premiumCharge = (line: Pick<Line, 'staticId' | 'party'>, amount: Money): PlannedCharge => ({ key: `premium:${lineKey(line)}`, category: 'PREMIUM', amount, staticId: line.staticId, tax: null });

/** Premium charges with the tax on them: for each rate R(rate × after) − R(rate × before) of the term's whole premium. */
function withTax(premiums: readonly PlannedCharge[], before: Money, taxes: readonly Tax[]): PlannedCharge[] {
  const after = add(before, sum(premiums.map(({ amount }) => amount), before.currency));
  const taxed = taxes.map((tax, index): PlannedCharge => ({ key: `tax:${index}`, category: 'TAX', amount: taxOn(before, after, tax.rate), staticId: null, tax }));
  return [...premiums, ...taxed].filter(({ amount }) => !isZero(amount));
}

function difference(before: readonly Line[], after: readonly Line[], { measure, currency }: Pick<TermFacts, 'measure' | 'currency'>): PlannedCharge[] {
  const keys = [...new Map([...before, ...after].map((line) => [lineKey(line), line])).values()];
  return keys.map((line) => {
    const segmentsIn = (lines: readonly Line[]) => lines.find((one) => lineKey(one) === lineKey(line))?.segments ?? [];
    return premiumCharge(line, chargeOf(segmentsIn(before), segmentsIn(after), measure, currency));
  });
}

const premiumOf = (charges: readonly PlannedCharge[], currency: string): Money => sum(charges.filter(({ category }) => category === 'PREMIUM').map(({ amount }) => amount), currency);

export type Step =
  | { readonly kind: 'REVERSAL'; readonly of: string; readonly charges: readonly PlannedCharge[] }
  | { readonly kind: 'ENDORSEMENT'; readonly change: DatedChange; readonly reapplies: string | null; readonly charges: readonly PlannedCharge[] };
export interface Plan {
  readonly steps: readonly Step[];
  /** All steps together, by key. */
  readonly charges: readonly PlannedCharge[];
  readonly lines: readonly Line[];
}

/** Adds charges up by key; what cancels out is left out. */
export function net(charges: readonly PlannedCharge[]): PlannedCharge[] {
  const byKey = new Map<string, PlannedCharge>();
  for (const charge of charges) {
    const known = byKey.get(charge.key);
    byKey.set(charge.key, known ? { ...charge, amount: add(known.amount, charge.amount) } : charge);
  }
  return [...byKey.values()].filter(({ amount }) => !isZero(amount));
}

/** An endorsement: take back what begins later, latest first; apply; apply again, earliest first. */
export function planEndorsement(facts: TermFacts, change: DatedChange): Plan {
  const { changes, currency } = facts;
  const laterOnes = changes.filter(({ on }) => change.on < on).sort((a, b) => (a.on === b.on ? (a.id < b.id ? -1 : 1) : a.on < b.on ? -1 : 1));
  const steps: Step[] = [];
  let applied = [...changes];
  let charged = facts.charged;
  const move = (next: DatedChange[]): PlannedCharge[] => {
    const charges = withTax(difference(linesOf(facts, applied), linesOf(facts, next), facts), charged, facts.taxes);
    charged = add(charged, premiumOf(charges, currency));
    applied = next;
    return charges;
  };
  for (const one of [...laterOnes].reverse()) steps.push({ kind: 'REVERSAL', of: one.id, charges: move(applied.filter(({ id }) => id !== one.id)) });
  steps.push({ kind: 'ENDORSEMENT', change, reapplies: null, charges: move([...applied, change]) });
  for (const one of laterOnes) steps.push({ kind: 'ENDORSEMENT', change: one, reapplies: one.id, charges: move([...applied, one]) });
  return { steps, charges: net(steps.flatMap(({ charges }) => charges)), lines: linesOf(facts, applied) };
}

export type CancellationKind = 'PRO_RATA' | 'SHORT_RATE' | 'FLAT';
export interface CancellationPlan {
  readonly charges: readonly PlannedCharge[];
  readonly lines: readonly Line[];
}

export interface Ending {
  readonly kind: CancellationKind;
  readonly on: IsoDate;
  readonly shortRate: string;
  /** What was charged of them in the term. */
  readonly fees: Money;
}

export const planCancellation = (facts: TermFacts, ending: Ending): CancellationPlan => endLines(linesOf(facts, facts.changes), facts, ending);

/** Ends lines on a day. FLAT gives everything back, fees too, as if there had been no term. */
export function endLines(before: readonly Line[], { measure, currency, charged, taxes }: Pick<TermFacts, 'measure' | 'currency' | 'charged' | 'taxes'>, { kind, on, shortRate, fees }: Ending): CancellationPlan {
  const day = kind === 'FLAT' ? measure.term.from : on;
  const lines = before.map((line) => ({ ...line, segments: until(line.segments, day) }));
  const premiums = before.map((line, index) => {
    const unearned = subtract(priceOfSegments(line.segments, measure, currency), priceOfSegments(lines[index]?.segments ?? [], measure, currency));
    return premiumCharge(line, negate(kind === 'SHORT_RATE' ? shortRateRefund(unearned, shortRate) : unearned));
  });
  const charges = withTax(premiums, charged, taxes);
  const fee: PlannedCharge = { key: 'fee:refund', category: 'FEE', amount: negate(fees), staticId: null, tax: null };
  return { charges: kind === 'FLAT' && !isZero(fees) ? [...charges, fee] : charges, lines };
}

/** Totals by category, as text. */
export function totalsOf(charges: readonly PlannedCharge[], currency: string): { premium: string; tax: string; fees: string } {
  const of = (category: PlannedCharge['category']) => amountOf(sum(charges.filter((one) => one.category === category).map(({ amount }) => amount), currency));
  return { premium: of('PREMIUM'), tax: of('TAX'), fees: of('FEE') };
}
