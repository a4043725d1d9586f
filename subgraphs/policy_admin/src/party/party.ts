/**
 * What a party must be to be registered. Pure: values in, a party or a refusal out. A minor needs an adult who acts for them; ages count on the day
 * of registration.
 */
import { Refused } from '@olly/kit/errors';
import { ageOn, type IsoDate } from '@olly/kit/time';
import type { Address, PartyRow } from '../mappers.ts';

export const ADULT_AGE = 18;

/** The input of `registerParty`, without its key. */
export interface NewParty {
  readonly type: PartyRow['type'];
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly name?: string | null;
  readonly dateOfBirth?: IsoDate | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly address?: Address | null;
}

export type PartyData = Pick<PartyRow, 'type' | 'first_name' | 'last_name' | 'name' | 'email' | 'phone' | 'address' | 'date_of_birth'>;

const TEXT_MAX = 200;

/** Trimmed text; empty is absent. Refuses control characters (they have no place in a name and every place in an injected mail header) and 200 characters up. */
function text(value: string | null | undefined, field: string): string | null {
  const trimmed = value?.trim() ?? '';
  if (trimmed === '') return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(trimmed)) throw new Refused('TEXT_INVALID', `${field}: line breaks and control characters are not allowed.`, field);
  if (trimmed.length > TEXT_MAX) throw new Refused('TEXT_TOO_LONG', `${field}: at most ${TEXT_MAX} characters.`, field);
  return trimmed;
}

function required(value: string | null | undefined, field: string, why: string): string {
  const given = text(value, field);
  if (given === null) throw new Refused('FIELD_MISSING', `${field} is required for ${why}.`, field);
  return given;
}

const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/;

/** Checks an e-mail address as far as a form can; whether it exists only a mail can tell. */
export function emailOf(value: string | null | undefined): string | null {
  const email = text(value, 'email');
  if (email !== null && !EMAIL.test(email)) throw new Refused('EMAIL_INVALID', 'email: not an e-mail address.', 'email');
  return email;
}

export const phoneOf = (value: string | null | undefined): string | null => {
  const phone = text(value, 'phone');
  if (phone !== null && !/^\+?[\d ()./-]{5,30}$/.test(phone)) throw new Refused('PHONE_INVALID', 'phone: digits, spaces and a leading plus.', 'phone');
  return phone;
};

/** Checks an address: one to four lines and an ISO country. */
export function addressOf(value: Address | null | undefined): Address | null {
  if (!value) return null;
  if (value.lines.length < 1 || value.lines.length > 4) throw new Refused('ADDRESS_INVALID', 'address.lines: one to four lines.', 'address.lines');
  if (!/^[A-Z]{2}$/.test(value.country)) throw new Refused('ADDRESS_INVALID', 'address.country: an ISO 3166-1 code such as GB.', 'address.country');
  const lines = value.lines.map((line, i) => required(line, `address.lines[${i}]`, 'an address'));
  return { lines, city: text(value.city, 'address.city'), region: text(value.region, 'address.region'), postcode: text(value.postcode, 'address.postcode'), country: value.country };
}

/** Checks what is given for the type. Throws `Refused`. */
export function partyData(input: NewParty, today: IsoDate): PartyData {
  const contact = { email: emailOf(input.email), phone: phoneOf(input.phone), address: addressOf(input.address) };
  if (input.type !== 'INDIVIDUAL') {
    for (const field of ['firstName', 'lastName', 'dateOfBirth'] as const) {
      if (input[field]) throw new Refused('FIELD_NOT_USED', `${field} is for people only.`, field);
    }
    return { type: input.type, first_name: null, last_name: null, name: required(input.name, 'name', 'an organisation or provider'), date_of_birth: null, ...contact };
  }
  if (input.name) throw new Refused('FIELD_NOT_USED', 'name: a person has a first and a last name.', 'name');
  const first = required(input.firstName, 'firstName', 'a person');
  const last = required(input.lastName, 'lastName', 'a person');
  if (!input.dateOfBirth) throw new Refused('FIELD_MISSING', 'dateOfBirth is required for a person.', 'dateOfBirth');
  if (input.dateOfBirth > today) throw new Refused('BIRTH_DATE_IN_FUTURE', 'dateOfBirth: not in the future.', 'dateOfBirth');
  if (ageOn(input.dateOfBirth, today) > 130) throw new Refused('BIRTH_DATE_TOO_EARLY', 'dateOfBirth: more than 130 years ago.', 'dateOfBirth');
  return { type: 'INDIVIDUAL', first_name: first, last_name: last, name: `${first} ${last}`, date_of_birth: input.dateOfBirth, ...contact };
}

/** Younger than 18 on a day. Organisations are no minors. */
export const isMinor = (party: Pick<PartyRow, 'date_of_birth'>, day: IsoDate): boolean => party.date_of_birth !== null && ageOn(party.date_of_birth, day) < ADULT_AGE;

/** A minor needs an adult person as guardian; nobody else has one. Throws `Refused`. */
export function checkGuardian(party: PartyData, guardian: Pick<PartyRow, 'type' | 'date_of_birth'> | null, today: IsoDate): void {
  if (!isMinor(party, today)) {
    if (guardian) throw new Refused('FIELD_NOT_USED', 'guardianLocator is for minors only.', 'guardianLocator');
    return;
  }
  if (!guardian) throw new Refused('GUARDIAN_REQUIRED', 'A person under 18 needs an adult who acts for them.', 'guardianLocator');
  if (guardian.type !== 'INDIVIDUAL' || isMinor(guardian, today)) throw new Refused('GUARDIAN_NOT_ADULT', 'The guardian must be an adult.', 'guardianLocator');
}
