/**
 * Signed requests between our own processes. The signature is HMAC-SHA256 over subgraph, time, nonce, identity and body, so none of them
 * can be changed, sent to another subgraph, or kept for later: a request is accepted for 30 seconds, and once.
 * The gateway and service clients sign; every subgraph verifies before it looks at the body. Nonces are remembered per process: across
 * replicas the time window is the bound. On the hot path: encoded identities are kept, and each side hashes the body once.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { unauthenticated } from '../errors/index.ts';
import type { Identity } from './identity.ts';

/** How old a signed request may be. */
export const ACCEPTED_MS = 30_000;
/** How far ahead the signer's clock may be. */
const CLOCK_AHEAD_MS_MAX = 5_000;
const KEPT_MAX = 1_000;
const SECRET_BYTES_MIN = 16;

export const SIGNATURE_HEADERS = {
  identity: 'x-olly-identity',
  time: 'x-olly-time',
  nonce: 'x-olly-nonce',
  signature: 'x-olly-signature',
} as const;

export type SignedHeaders = Record<(typeof SIGNATURE_HEADERS)[keyof typeof SIGNATURE_HEADERS], string>;

/** A map that forgets its oldest entry when it is full. */
class Kept<K, V> {
  private readonly entries = new Map<K, V>();
  get(key: K, make: () => V): V {
    let value = this.entries.get(key);
    if (value === undefined) {
      value = make();
      if (this.entries.size >= KEPT_MAX) this.entries.delete(this.entries.keys().next().value as K);
      this.entries.set(key, value);
    }
    return value;
  }
}

const keys = new Kept<string, KeyObject>();
const keyOf = (secret: string): KeyObject =>
  keys.get(secret, () => {
    if (Buffer.byteLength(secret) < SECRET_BYTES_MIN) throw new Error(`SERVICE_SECRET must have at least ${SECRET_BYTES_MIN} bytes`);
    return createSecretKey(secret, 'utf8');
  });

/** No part but the last can hold a line break, so no two different requests are signed over the same bytes. */
const digest = (secret: string, subgraph: string, time: string, nonce: string, identity: string, body: string): Buffer =>
  createHmac('sha256', keyOf(secret)).update(`olly1\n${subgraph}\n${time}\n${nonce}\n${identity}\n${body}`).digest();

const encoded = new WeakMap<Identity, string>();
function encodeIdentity(identity: Identity): string {
  let text = encoded.get(identity);
  if (text === undefined) {
    text = Buffer.from(JSON.stringify(identity)).toString('base64url');
    encoded.set(identity, text);
  }
  return text;
}

/** Unique without asking the system for chance each time: a random start per process, then a counter. */
const noncePrefix = randomBytes(12).toString('base64url');
let nonceCount = 0;
const nextNonce = (): string => {
  nonceCount += 1;
  return `${noncePrefix}.${nonceCount.toString(36)}`;
};

export interface SigningInput {
  readonly secret: string;
  /** Who is asked; the signature is worthless anywhere else. */
  readonly subgraph: string;
  readonly identity: Identity;
  /** Exactly the text that is sent. */
  readonly body: string;
  readonly now?: () => number;
}

/** The headers that go with the body. */
export function signRequest({ secret, subgraph, identity, body, now = Date.now }: SigningInput): SignedHeaders {
  const who = encodeIdentity(identity);
  const time = String(now());
  const nonce = nextNonce();
  return {
    'x-olly-identity': who,
    'x-olly-time': time,
    'x-olly-nonce': nonce,
    'x-olly-signature': digest(secret, subgraph, time, nonce, who, body).toString('base64url'),
  };
}

export interface NonceStore {
  /** True the first time a nonce is shown within the window. */
  isNew(nonce: string, nowMs: number): boolean;
}

/**
 * Remembers nonces for at least the time in which their requests are accepted, in two generations. Only correctly signed requests
 * reach it. Full, it answers false: refusing is safe, forgetting is not.
 */
export function createNonceStore(generationMax = 1_000_000): NonceStore {
  const generationMs = ACCEPTED_MS + CLOCK_AHEAD_MS_MAX;
  let current = new Set<string>();
  let previous = new Set<string>();
  let startedMs = 0;
  return {
    isNew(nonce, nowMs) {
      if (nowMs - startedMs > generationMs) {
        previous = nowMs - startedMs > 2 * generationMs ? new Set() : current;
        current = new Set();
        startedMs = nowMs;
      }
      if (current.size >= generationMax || current.has(nonce) || previous.has(nonce)) return false;
      current.add(nonce);
      return true;
    },
  };
}

export interface VerifyingInput {
  readonly secret: string;
  /** Who is verifying. */
  readonly subgraph: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly nonces: NonceStore;
  readonly now?: () => number;
}

const identities = new Kept<string, Identity>();
const SIGNATURE = /^[\w-]{43}$/;
const TIME = /^\d{13}$/;
const LINE_BREAK = /[\r\n]/;

/** The identity that the signer vouches for. Throws UNAUTHENTICATED, with the same words for every reason. */
export function verifyRequest({ secret, subgraph, headers, body, nonces, now = Date.now }: VerifyingInput): Identity {
  const refuse = (): Error => unauthenticated('This service answers signed requests only.');
  const who = headers['x-olly-identity'];
  const time = headers['x-olly-time'];
  const nonce = headers['x-olly-nonce'];
  const signature = headers['x-olly-signature'];
  if (typeof who !== 'string' || typeof time !== 'string' || typeof nonce !== 'string' || typeof signature !== 'string') throw refuse();
  if (!SIGNATURE.test(signature) || !TIME.test(time) || LINE_BREAK.test(nonce) || LINE_BREAK.test(who)) throw refuse();
  const nowMs = now();
  const ageMs = nowMs - Number(time);
  if (ageMs > ACCEPTED_MS || ageMs < -CLOCK_AHEAD_MS_MAX) throw refuse();
  const given = Buffer.from(signature, 'base64url');
  const expected = digest(secret, subgraph, time, nonce, who, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refuse();
  if (!nonces.isNew(nonce, nowMs)) throw refuse();
  return identities.get(who, () => JSON.parse(Buffer.from(who, 'base64url').toString('utf8')) as Identity);
}
