/**
 * What holds in a term, and when. A term's base is what it was issued or renewed with; each endorsement is a change from a day on. What holds on a day is the base with
 * all changes up to that day, in the order of their days, whatever the order in which they were told: an endorsement told late is applied where it belongs. Pure.
 */
import { Refused } from '@olly/kit/errors';
import type { IsoDate, Term } from '@olly/kit/time';
import type { Relationship } from '../mappers.ts';

export interface StatePerson {
  readonly partyId: string;
  readonly party: string;
  readonly relationship: Relationship;
}
export interface StateElement {
  readonly type: string;
  readonly staticId: string;
  readonly insured: readonly string[];
}
export interface TermState {
  readonly region: string | null;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly insured: readonly StatePerson[];
  readonly elements: readonly StateElement[];
}

/** What an endorsement does from its day on; kept with its transaction. */
export interface Change {
  readonly addInsured: readonly (StatePerson & { readonly elements: readonly string[] })[];
  readonly removeInsured: readonly string[];
  readonly addElements: readonly StateElement[];
  readonly removeElements: readonly string[];
  /** Left out: stays. */
  readonly region?: string | null;
  readonly answers: Readonly<Record<string, unknown>>;
}
export interface DatedChange {
  readonly id: string;
  readonly on: IsoDate;
  readonly change: Change;
}

/** The state after a change. What is there already is not added twice, what is not there is not missed: a change is applied again after one that was told later. */
export function applyChange(state: TermState, change: Change): TermState {
  const gone = new Set(change.removeInsured);
  const insured = [...state.insured.filter(({ party }) => !gone.has(party)), ...change.addInsured.filter(({ party }) => !state.insured.some((one) => one.party === party)).map(({ elements: _, ...one }) => one)];
  const known = new Set(insured.map(({ party }) => party));
  const kept = state.elements.filter(({ type }) => !change.removeElements.includes(type));
  const added = change.addElements.filter(({ type }) => !kept.some((one) => one.type === type));
  const elements = [...kept, ...added].map((element) => {
    const joining = change.addInsured.filter((one) => one.elements.includes(element.type)).map(({ party }) => party);
    return { ...element, insured: [...new Set([...element.insured, ...joining])].filter((party) => known.has(party)) };
  });
  return { region: change.region === undefined ? state.region : change.region, answers: { ...state.answers, ...change.answers }, insured, elements: elements.filter((one) => one.insured.length > 0) };
}

/** Refuses a change that does not fit what holds on its day. */
export function checkChange(state: TermState, change: Change): void {
  change.addInsured.forEach(({ party }, index) => {
    if (state.insured.some((one) => one.party === party)) throw new Refused('INSURED_INVALID', 'This person is insured already.', `addInsured[${index}]`);
  });
  change.removeInsured.forEach((party, index) => {
    if (!state.insured.some((one) => one.party === party)) throw new Refused('INSURED_INVALID', 'This person is not insured on that day.', `removeInsured[${index}]`);
  });
  change.removeElements.forEach((type, index) => {
    if (!state.elements.some((one) => one.type === type)) throw new Refused('ELEMENT_UNKNOWN', 'This is not covered on that day.', `removeElements[${index}]`);
  });
  change.addElements.forEach(({ type }, index) => {
    if (state.elements.some((one) => one.type === type)) throw new Refused('ELEMENT_UNKNOWN', 'This is covered already.', `addElements[${index}]`);
  });
  if (applyChange(state, change).elements.length === 0) throw new Refused('INSURED_INVALID', 'Nobody would be insured any more; cancel the policy instead.');
}

export interface DatedState extends Term {
  readonly state: TermState;
}

const inOrder = (a: DatedChange, b: DatedChange): number => (a.on === b.on ? (a.id < b.id ? -1 : 1) : a.on < b.on ? -1 : 1);

/** The states of a term one after the other, from its first day to its last. */
export function timeline(base: TermState, changes: readonly DatedChange[], term: Term): DatedState[] {
  const states: { from: IsoDate; state: TermState }[] = [{ from: term.from, state: base }];
  for (const { on, change } of [...changes].sort(inOrder)) {
    const last = states.at(-1) as (typeof states)[number];
    const next = { from: on, state: applyChange(last.state, change) };
    if (on === last.from) states[states.length - 1] = next;
    else states.push(next);
  }
  return states.map(({ from, state }, index) => ({ from, to: states[index + 1]?.from ?? term.to, state }));
}

/** What holds on a day, with everything that begins on it. */
export const stateOn = (base: TermState, changes: readonly DatedChange[], term: Term, day: IsoDate): TermState =>
  (timeline(base, changes.filter(({ on }) => on <= day), term).at(-1) as DatedState).state;
