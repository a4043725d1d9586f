import { createHmac, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { DEMO_AUDIENCE, DEMO_ISSUER, demoJwks, signDemoToken } from './demo-issuer.ts';
import { createJwtVerifier } from './jwt.ts';

const issuer = 'https://issuer.example';
const audience = 'olly';
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] };
const verifier = createJwtVerifier({ issuer, audience, jwks });
const refusal = expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } });
const nowS = Math.floor(Date.now() / 1000);
const good: JWTPayload = { sub: 'member-1', iss: issuer, aud: audience, exp: nowS + 60 };

const token = (claims: JWTPayload) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const check = async (text: string) => verifier.verify(text);

describe('access tokens', () => {
  it('map their claims to an identity', async () => {
    const claims = { ...good, roles: ['broker'], scope: 'read write', party: { id: 'p', locator: 'pty_1' }, acts_for: { broker: 'brk_1' } };
    expect(await check(await token(claims))).toEqual({
      subject: 'member-1',
      kind: 'person',
      roles: ['broker'],
      scopes: ['read', 'write'],
      party: { id: 'p', locator: 'pty_1' },
      actsFor: { broker: 'brk_1' },
    });
  });

  it('never give a person the scope of services', async () => {
    expect(await check(await token({ ...good, scope: 'read service' }))).toMatchObject({ scopes: ['read'], kind: 'person' });
  });

  it('are refused when expired, not yet valid, or without an expiry or subject', async () => {
    await expect(check(await token({ ...good, exp: nowS - 60 }))).rejects.toEqual(refusal);
    await expect(check(await token({ ...good, nbf: nowS + 60 }))).rejects.toEqual(refusal);
    await expect(check(await token({ ...good, exp: undefined }))).rejects.toEqual(refusal);
    await expect(check(await token({ ...good, sub: undefined }))).rejects.toEqual(refusal);
  });

  it('are refused from another issuer or for another audience', async () => {
    await expect(check(await token({ ...good, iss: 'https://evil.example' }))).rejects.toEqual(refusal);
    await expect(check(await token({ ...good, aud: 'other' }))).rejects.toEqual(refusal);
  });

  it('are refused with the algorithm none', async () => {
    await expect(check(`${part({ alg: 'none' })}.${part(good)}.`)).rejects.toEqual(refusal);
  });

  it('are refused when the public key was used as a shared secret', async () => {
    const unsigned = `${part({ alg: 'HS256', kid: 'k1' })}.${part(good)}`;
    const mac = createHmac('sha256', await exportSPKI(publicKey)).update(unsigned).digest('base64url');
    await expect(check(`${unsigned}.${mac}`)).rejects.toEqual(refusal);
    expect(() => createJwtVerifier({ issuer, audience, jwks, algorithms: ['HS256'] })).toThrow('HS256');
  });

  it('are refused when altered, signed by a stranger, malformed or far too long', async () => {
    const stranger = await generateKeyPair('RS256');
    const [head, , signature] = (await token(good)).split('.');
    await expect(check(`${head}.${part({ ...good, sub: 'other' })}.${signature}`)).rejects.toEqual(refusal);
    await expect(check(await new SignJWT(good).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(stranger.privateKey))).rejects.toEqual(refusal);
    await expect(check('x.y')).rejects.toEqual(refusal);
    await expect(check('x'.repeat(10_000))).rejects.toEqual(refusal);
    await expect(check(await token({ ...good, roles: 'admin' }))).rejects.toEqual(refusal);
  });

  it('are kept once verified, and forgotten when they expire', async () => {
    let nowMs = Date.now();
    const clocked = createJwtVerifier({ issuer, audience, jwks, now: () => nowMs });
    const text = await token(good);
    const first = await clocked.verify(text);
    expect(clocked.verify(text)).toBe(first);
    nowMs += 120_000;
    await expect(clocked.verify(text)).rejects.toEqual(refusal);
  });

  it('cannot be checked while the issuer is away, which is not the caller’s fault', async () => {
    const away = createJwtVerifier({ issuer, audience, jwks: new URL('http://127.0.0.1:9/jwks') });
    await expect(away.verify(await token(good))).rejects.toMatchObject({ extensions: { code: 'IDENTITY_PROVIDER_UNAVAILABLE' } });
  });
});

describe('the demo issuer', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'olly-demo-issuer-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('signs tokens that its public keys verify, and keeps its key', async () => {
    const demo = createJwtVerifier({ issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, jwks: demoJwks(dataDir) });
    const identity = await demo.verify(await signDemoToken(dataDir, { subject: 'finance', roles: ['finance'] }));
    expect(identity).toMatchObject({ subject: 'finance', roles: ['finance'] });
    const [key] = demoJwks(dataDir).keys;
    expect(key).not.toHaveProperty('d');
    expect(() => createPublicKey({ key: key as never, format: 'jwk' })).not.toThrow();
  });

  it('refuses to work in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await expect(signDemoToken(dataDir, { subject: 'finance', roles: ['finance'] })).rejects.toThrow('refuses to run');
    expect(() => demoJwks(dataDir)).toThrow('refuses to run');
    vi.unstubAllEnvs();
  });
});
