/**
 * Identifiers. An `id` is a UUIDv7; a `locator` is public: a prefix that names the kind, then 26 characters that sort by time
 * (the same UUIDv7 in Crockford's base 32), for instance `clm_01kb1w5c9hf3xb2m9y6q0d4t7e`.
 */
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export interface Ids {
  /** A new UUIDv7. */
  id(): string;
  /** A new locator, for instance `locator('clm')`. */
  locator(prefix: string): string;
}

function encode(uuid: string): string {
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}

export const newId = (): string => uuidv7();
export const newLocator = (prefix: string): string => `${prefix}_${encode(uuidv7())}`;

/**
 * The same id every time for the same base id and name: for rows that a projection makes of one event. It has the base's time in front, so that lists in order of id stay in
 * order of time, and a hash of both behind.
 */
export function derivedId(base: string, name: string): string {
  const hash = uuidv5(name, base);
  return `${base.slice(0, 14)}7${base.slice(15, 18)}-${hash.slice(19)}`;
}

/** The same locator every time, for instance of a charge that an event makes. It sorts as `derivedId` does. */
export const derivedLocator = (prefix: string, base: string, name: string): string => `${prefix}_${encode(derivedId(base, name))}`;

/** True for a locator; with a prefix, for a locator of that kind. */
export function isLocator(text: unknown, prefix?: string): text is string {
  if (typeof text !== 'string') return false;
  const match = /^([a-z]{2,5})_[0-9a-hjkmnp-tv-z]{26}$/.exec(text);
  return match !== null && (prefix === undefined || match[1] === prefix);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

export const randomIds: Ids = { id: newId, locator: newLocator };

/** Ids for tests: counted, so that a failing example reads the same each time. */
export function countedIds(): Ids {
  let count = 0;
  const id = () => `01900000-0000-7000-8000-${(++count).toString(16).padStart(12, '0')}`;
  return { id, locator: (prefix) => `${prefix}_${encode(id())}` };
}
