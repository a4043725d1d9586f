/**
 * What a quote asks for: who, what, from when. Checked against the product version and the people's own data, at create, update and validate, and again whenever it
 * counts. Pure; throws `Refused` naming the place.
 */
import { Refused } from '@olly/kit/errors';
import { addDays, addMonths, ageOn, type IsoDate } from '@olly/kit/time';
import type { Relationship } from '../mappers.ts';
import type { ProductTerms, QuotingFacts, QuotingParty } from '../ports/policyAdmin.ts';

export interface QuoteDocument {
  readonly insured: readonly { readonly partyId: string; readonly party: string; readonly relationship: Relationship }[];
  /** `insured` are locators of people above. */
  readonly elements: readonly { readonly type: string; readonly insured: readonly string[] }[];
}

export interface WantedInsured {
  readonly partyLocator: string;
  readonly relationship: Relationship;
}
export interface WantedElement {
  readonly type: string;
  readonly insuredLocators?: readonly string[] | null;
}

const INSURED_MAX = 50;

const twice = (values: readonly string[]): number => values.findIndex((value, index) => values.indexOf(value) !== index);

/** Reads what is wanted: every person once, every element once, everybody under everything unless told otherwise. */
export function documentOf(insured: readonly WantedInsured[], elements: readonly WantedElement[] | null | undefined, terms: Pick<ProductTerms, 'elements'>, parties: readonly QuotingParty[]): QuoteDocument {
  if (insured.length === 0 || insured.length > INSURED_MAX) throw new Refused('INSURED_INVALID', `A quote insures 1 to ${INSURED_MAX} people.`, 'insured');
  const locators = insured.map((one) => one.partyLocator);
  const repeated = twice(locators);
  if (repeated >= 0) throw new Refused('INSURED_INVALID', 'This person is there twice.', `insured[${repeated}]`);
  if (insured.filter((one) => one.relationship === 'SPOUSE' || one.relationship === 'PARTNER').length > 1 && insured.filter((one) => one.relationship === 'SELF').length <= 1) {
    throw new Refused('INSURED_INVALID', 'A policyholder has one spouse or partner.', 'insured');
  }
  const people = insured.map((one, index) => {
    const party = parties.find(({ locator }) => locator === one.partyLocator);
    if (party?.type !== 'INDIVIDUAL' || !party.dateOfBirth) throw new Refused('INSURED_INVALID', 'Only a person whose date of birth is known can be insured.', `insured[${index}]`);
    return { partyId: party.id, party: party.locator, relationship: one.relationship };
  });
  const wanted = elements ?? terms.elements.map(({ type }) => ({ type }));
  if (wanted.length === 0) throw new Refused('ELEMENT_UNKNOWN', 'A quote covers something: name one element at least.', 'elements');
  const sameType = twice(wanted.map(({ type }) => type));
  if (sameType >= 0) throw new Refused('ELEMENT_UNKNOWN', 'This element is there twice.', `elements[${sameType}]`);
  return { insured: people, elements: wanted.map((one, index) => elementOf(one, `elements[${index}]`, locators, terms)) };
}

function elementOf({ type, insuredLocators }: WantedElement, field: string, locators: readonly string[], terms: Pick<ProductTerms, 'elements'>): QuoteDocument['elements'][number] {
  if (!terms.elements.some((known) => known.type === type)) {
    throw new Refused('ELEMENT_UNKNOWN', `The product has no element ${type.slice(0, 40)}; it has ${terms.elements.map((known) => known.type).join(', ')}.`, `${field}.type`);
  }
  const covered = insuredLocators ?? locators;
  const stranger = covered.findIndex((locator, at) => !locators.includes(locator) || covered.indexOf(locator) !== at);
  if (covered.length === 0 || stranger >= 0) throw new Refused('INSURED_INVALID', 'An element covers people of the quote, each once.', `${field}.insuredLocators`);
  return { type, insured: locators.filter((locator) => covered.includes(locator)) };
}

/** The term from its first day. */
export const termOf = (from: IsoDate, { termMonths }: Pick<ProductTerms, 'termMonths'>): { from: IsoDate; to: IsoDate } => ({ from, to: addMonths(from, termMonths) });

const AHEAD_DAYS_MAX = 366;

/** The first day of cover: on sale then, not too long ago unless an officer says so, not more than a year ahead. */
export function checkStart(from: IsoDate, { version }: Pick<QuotingFacts, 'version'>, today: IsoDate, isOfficer: boolean): void {
  const { document, product, effectiveFrom, effectiveTo } = version;
  if (product.status === 'RETIRED') throw new Refused('VERSION_NOT_AVAILABLE', `${product.code} is no longer sold.`, 'productVersionId');
  if (from < effectiveFrom || (effectiveTo !== null && effectiveTo <= from)) {
    const until = effectiveTo === null ? '' : ` until before ${effectiveTo}`;
    throw new Refused('VERSION_NOT_AVAILABLE', `This version is for cover that begins from ${effectiveFrom} on${until}.`, 'effectiveFrom');
  }
  if (from > addDays(today, AHEAD_DAYS_MAX)) throw new Refused('PERIOD_INVALID', 'Cover begins within a year from today.', 'effectiveFrom');
  const earliest = addDays(today, -document.retroDays);
  if (from < earliest && !isOfficer) throw new Refused('RETRO_NOT_ALLOWED', `Cover can begin on ${earliest} at the earliest; an underwriter may go back further.`, 'effectiveFrom');
}

/** Everybody is born by the first day, and children are young enough. */
export function checkPeople({ insured }: QuoteDocument, from: IsoDate, { dependantAgeMax }: Pick<ProductTerms, 'dependantAgeMax'>, parties: readonly QuotingParty[]): void {
  insured.forEach(({ party, relationship }, index) => {
    const birth = parties.find(({ locator }) => locator === party)?.dateOfBirth;
    if (!birth || birth > from) throw new Refused('INSURED_INVALID', `Nobody can be insured before they are born; cover begins on ${from}.`, `insured[${index}]`);
    if (relationship === 'CHILD' && dependantAgeMax !== undefined && ageOn(birth, from) >= dependantAgeMax) {
      throw new Refused('INSURED_INVALID', `Children are covered until they are ${dependantAgeMax}.`, `insured[${index}]`);
    }
  });
}
