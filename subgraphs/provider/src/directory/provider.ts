/**
 * What a provider must be to stand in the directory, and where it may stand with the plan. Pure. A provider is activated by the approval of its credentialing
 * and by nothing else; a suspended one comes back by reinstatement, but not past the day its credentialing was due.
 */
import { Refused, stateMachine } from '@olly/kit/errors';
import { addMonths, contains, type IsoDate } from '@olly/kit/time';
import type { Address, Market, NetworkStatus } from '../mappers.ts';
import { isNpi } from './npi.ts';

export type ProviderCommand = 'approve' | 'suspend' | 'reinstate' | 'terminate';

export const provider = stateMachine<NetworkStatus, ProviderCommand>('Provider', [
  ['PENDING', 'approve', 'ACTIVE'],
  ['ACTIVE', 'approve', 'ACTIVE'],
  ['SUSPENDED', 'approve', 'ACTIVE'],
  ['ACTIVE', 'suspend', 'SUSPENDED'],
  ['SUSPENDED', 'reinstate', 'ACTIVE'],
  ['ACTIVE', 'terminate', 'TERMINATED'],
  ['SUSPENDED', 'terminate', 'TERMINATED'],
]);

export const CREDENTIALING_MONTHS = 36;
/** The day on which an approval must have been repeated. */
export const credentialingDueOn = (approvedFrom: IsoDate): IsoDate => addMonths(approvedFrom, CREDENTIALING_MONTHS);

export interface NewProvider {
  readonly market: Market;
  readonly npi?: string | null;
  readonly name: string;
  readonly specialty: string;
  readonly address?: Address | null;
  readonly phone?: string | null;
  readonly email?: string | null;
}

export interface ProviderData {
  readonly market: Market;
  readonly npi: string | null;
  readonly name: string;
  readonly specialty: string;
  readonly address: Address | null;
  readonly phone: string | null;
  readonly email: string | null;
}

const TEXT_MAX = 200;

/** Trimmed text; empty is absent. Refuses control characters and more than `max` characters. */
export function textOf(value: string | null | undefined, field: string, max = TEXT_MAX): string | null {
  const text = value?.trim() ?? '';
  if (text === '') return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Refused('TEXT_INVALID', `${field}: line breaks and control characters are not allowed.`, field);
  if (text.length > max) throw new Refused('TEXT_TOO_LONG', `${field}: at most ${max} characters.`, field);
  return text;
}

export function requiredText(value: string | null | undefined, field: string, code = 'FIELD_MISSING'): string {
  const text = textOf(value, field);
  if (text === null) throw new Refused(code, `${field} is required.`, field);
  return text;
}

function npiOf(market: Market, npi: string | null | undefined): string | null {
  const given = npi?.trim() || null;
  if (market !== 'US') {
    if (given) throw new Refused('NPI_NOT_USED', 'A National Provider Identifier exists in the US only.', 'npi');
    return null;
  }
  if (!given || !isNpi(given)) throw new Refused('NPI_INVALID', 'A US provider needs a National Provider Identifier: ten digits with a right check digit.', 'npi');
  return given;
}

function addressOf(address: Address | null | undefined): Address | null {
  if (!address) return null;
  if (address.lines.length < 1 || address.lines.length > 4) throw new Refused('ADDRESS_INVALID', 'address.lines: one to four lines.', 'address.lines');
  if (!/^[A-Z]{2}$/.test(address.country)) throw new Refused('ADDRESS_INVALID', 'address.country: an ISO 3166-1 code such as GB.', 'address.country');
  return {
    lines: address.lines.map((line, index) => requiredText(line, `address.lines[${index}]`)),
    city: requiredText(address.city, 'address.city'),
    region: textOf(address.region, 'address.region'),
    postcode: textOf(address.postcode, 'address.postcode', 20),
    country: address.country,
  };
}

function contactOf(value: string | null | undefined, field: 'phone' | 'email', shape: RegExp): string | null {
  const text = textOf(value, field);
  if (text !== null && !shape.test(text)) throw new Refused('CONTACT_INVALID', `${field}: not ${field === 'phone' ? 'a telephone number' : 'an e-mail address'}.`, field);
  return text;
}

/** Checks a new entry. Throws `Refused`. */
export function providerData(input: NewProvider): ProviderData {
  return {
    market: input.market,
    npi: npiOf(input.market, input.npi),
    name: requiredText(input.name, 'name'),
    specialty: requiredText(input.specialty, 'specialty'),
    address: addressOf(input.address),
    phone: contactOf(input.phone, 'phone', /^\+?[\d ()./-]{5,30}$/),
    email: contactOf(input.email, 'email', /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/),
  };
}

interface Dated {
  readonly effective_from: IsoDate;
  readonly effective_to: IsoDate | null;
}

/** Those of a history that hold on a day. A period that was emptied by a later change never does. */
export const onDay = <T extends Dated>(history: readonly T[], day: IsoDate): T[] =>
  history.filter((row) => contains({ from: row.effective_from, to: row.effective_to }, day));

export interface StandingNow {
  readonly status: NetworkStatus;
  /** First day of the current standing. */
  readonly since: IsoDate;
  readonly credentialingDueOn: IsoDate | null;
}

export interface StandingChange {
  readonly status: NetworkStatus;
  readonly from: IsoDate;
  /** The last day before which the former standing ends; earlier than its beginning it never was. */
  readonly formerEndsOn: IsoDate;
  /** False when an approval only renews an active standing. */
  readonly isNew: boolean;
}

/**
 * The next standing, from a day on. A first approval may reach back before the registration, as retroactive effective dates do; anything else may not lie
 * before the change it follows, or the answer for a day that claims were already paid by would change twice.
 */
export function changeStanding(now: StandingNow, command: ProviderCommand, from: IsoDate): StandingChange {
  const status = provider.next(now.status, command);
  if (status === now.status) return { status, from, formerEndsOn: from, isNew: false };
  const isFirst = now.status === 'PENDING';
  if (from < now.since && !isFirst) throw new Refused('DATE_BEFORE_LAST_CHANGE', `The standing changed on ${now.since}; the next change cannot lie before it.`, 'from');
  if (command === 'reinstate' && now.credentialingDueOn !== null && now.credentialingDueOn <= from) {
    throw new Refused('CREDENTIALING_DUE', `Credentialing was due on ${now.credentialingDueOn}; it must be approved again first.`, 'provider');
  }
  return { status, from, formerEndsOn: from < now.since ? now.since : from, isNew: true };
}
