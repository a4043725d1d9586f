/** What every document begins with, and how amounts and dates are written in a market. Pure. */
import type { IsoDate } from '@olly/kit/time';
import type { Contact } from '../ports/ports.ts';

export interface Setting {
  readonly market: string;
  readonly issuedOn: IsoDate;
  /** For whom it is. */
  readonly party: Contact;
}

const LOCALES: Readonly<Record<string, string>> = { UK: 'en-GB', US: 'en-US' };
const localeOf = (market: string): string => LOCALES[market] ?? 'en';

/** `$1,234.50`: from decimal text, without a float. */
export function amountText(market: string, currency: string, amount: string): string {
  return new Intl.NumberFormat(localeOf(market), { style: 'currency', currency }).format(amount as `${number}`);
}

export function dateText(market: string, date: IsoDate): string {
  return new Intl.DateTimeFormat(localeOf(market), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/** The part of a model that is the same in every document. */
export function headOf({ market, issuedOn, party }: Setting, title: string) {
  const { address } = party;
  const place = address ? [address.city, address.region, address.postcode].filter(Boolean).join(', ') : '';
  return {
    title,
    language: localeOf(market),
    issuedOn: dateText(market, issuedOn),
    party: { name: party.displayName, addressLines: address ? [...address.lines, place, address.country].filter((line) => line !== '') : [] },
  };
}
