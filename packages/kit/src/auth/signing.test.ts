import { describe, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from './identity.ts';
import { createNonceStore, signRequest, verifyRequest } from './signing.ts';

const secret = 'a-secret-for-tests-only';
const member: Identity = { subject: 'Zoë', kind: 'person', roles: ['member'], scopes: [], actsFor: {} };
const body = '{"query":"{ me { locator } }"}';
const start = 1_800_000_000_000;

function signed(identity: Identity = member) {
  return signRequest({ secret, subgraph: 'orders', identity, body, now: () => start });
}

function verify(headers: Record<string, string | undefined>, over: { body?: string; subgraph?: string; secret?: string; at?: number; nonces?: ReturnType<typeof createNonceStore> } = {}) {
  return verifyRequest({
    secret: over.secret ?? secret,
    subgraph: over.subgraph ?? 'orders',
    headers,
    body: over.body ?? body,
    nonces: over.nonces ?? createNonceStore(),
    now: () => over.at ?? start,
  });
}

const refusal = expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } });

describe('signed requests', () => {
  it('gives the subgraph the identity that was signed, whatever letters it has', () => {
    expect(verify(signed())).toEqual(member);
    expect(verify(signed(ANONYMOUS))).toEqual(ANONYMOUS);
  });

  it('refuses an altered body, identity, time or nonce', () => {
    const headers = signed();
    const admin = Buffer.from(JSON.stringify({ ...member, roles: ['admin'] })).toString('base64url');
    expect(() => verify(headers, { body: `${body} ` })).toThrow(refusal);
    expect(() => verify({ ...headers, 'x-olly-identity': admin })).toThrow(refusal);
    expect(() => verify({ ...headers, 'x-olly-time': String(start + 1) })).toThrow(refusal);
    expect(() => verify({ ...headers, 'x-olly-nonce': 'other' })).toThrow(refusal);
  });

  it('refuses what was signed for another subgraph or with another secret', () => {
    expect(() => verify(signed(), { subgraph: 'stock' })).toThrow(refusal);
    expect(() => verify(signed(), { secret: 'another-secret-for-tests' })).toThrow(refusal);
  });

  it('refuses a request without a signature, with half of one, or with a repeated header', () => {
    expect(() => verify({})).toThrow(refusal);
    expect(() => verify({ ...signed(), 'x-olly-signature': undefined })).toThrow(refusal);
    expect(() => verify({ ...signed(), 'x-olly-signature': '' })).toThrow(refusal);
    expect(() => verify({ ...signed(), 'x-olly-time': 'NaN' })).toThrow(refusal);
  });

  it('accepts a request for 30 seconds and then no more', () => {
    const headers = signed();
    expect(verify(headers, { at: start + 30_000 })).toEqual(member);
    expect(() => verify(headers, { at: start + 30_001 })).toThrow(refusal);
    expect(() => verify(headers, { at: start - 5_001 })).toThrow(refusal);
  });

  it('accepts a request once, also long after the process started', () => {
    const nonces = createNonceStore();
    const headers = signed();
    expect(verify(headers, { nonces })).toEqual(member);
    expect(() => verify(headers, { nonces })).toThrow(refusal);
    expect(() => verify(headers, { nonces, at: start + 29_000 })).toThrow(refusal);
  });

  it('remembers a nonce over the change of generations', () => {
    const nonces = createNonceStore();
    expect(nonces.isNew('first', start)).toBe(true);
    expect(nonces.isNew('late', start + 34_000)).toBe(true);
    expect(nonces.isNew('later', start + 36_000)).toBe(true);
    expect(nonces.isNew('late', start + 64_000)).toBe(false);
  });

  it('refuses rather than forgets when the memory for nonces is full', () => {
    const nonces = createNonceStore(2);
    expect([nonces.isNew('a', start), nonces.isNew('b', start), nonces.isNew('c', start)]).toEqual([true, true, false]);
  });

  it('does not take a secret that is too short to be one', () => {
    expect(() => signRequest({ secret: 'short', subgraph: 'orders', identity: member, body })).toThrow('at least 16 bytes');
  });
});
