/**
 * The demo's own token issuer: an ES256 key in the data folder, made on first use. It exists so that the system can be tried without an
 * identity provider, and refuses to work with NODE_ENV=production. The gateway, `demo:token` and tests call it.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';

export const DEMO_ISSUER = 'urn:olly:demo';
export const DEMO_AUDIENCE = 'olly';
const LIFETIME_S = 12 * 60 * 60;

function refuseInProduction(): void {
  if (process.env.NODE_ENV === 'production') throw new Error('The demo issuer refuses to run with NODE_ENV=production: set OIDC_ISSUER and OIDC_AUDIENCE');
}

/** The private key. Two processes that start together agree: the file appears whole, and only the first one's is kept. */
function demoKey(dataDir: string): JWK {
  refuseInProduction();
  const file = join(dataDir, 'demo-issuer.jwk.json');
  const read = (): JWK => JSON.parse(readFileSync(file, 'utf8')) as JWK;
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const mine = `${file}.${randomUUID()}`;
  writeFileSync(mine, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', kid: randomUUID() }), { mode: 0o600 });
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
  return read();
}

/** The public keys of the demo issuer, for `createJwtVerifier`. */
export function demoJwks(dataDir: string): JSONWebKeySet {
  const { d: _private, ...open } = demoKey(dataDir);
  return { keys: [{ ...open, use: 'sig' }] };
}

export interface DemoClaims {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly scope?: string;
  readonly party?: { readonly id: string; readonly locator: string };
  readonly actsFor?: Readonly<Record<string, string>>;
  readonly lifetimeS?: number;
}

/** A token of the demo issuer. */
export async function signDemoToken(dataDir: string, { subject, roles, scope = '', party, actsFor = {}, lifetimeS = LIFETIME_S }: DemoClaims): Promise<string> {
  const key = demoKey(dataDir);
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({ roles, scope, acts_for: actsFor, ...(party && { party }) })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid ?? '', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(DEMO_ISSUER)
    .setAudience(DEMO_AUDIENCE)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + lifetimeS)
    .sign(await importJWK(key, 'ES256'));
}
