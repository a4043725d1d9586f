/**
 * From a bearer token to an `Identity`. Signature, issuer, audience, algorithm and times are checked by jose; only asymmetric algorithms
 * are taken, so a public key can never be used as a shared secret. A verified token is kept by its hash until it expires: the hot path
 * is one hash and one look-up. The gateway and file uploads call it.
 */
import { hash } from 'node:crypto';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { appError, unauthenticated } from '../errors/index.ts';
import type { Identity } from './identity.ts';

const ASYMMETRIC = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA', 'Ed25519'];
const TOKENS_KEPT_MAX = 10_000;
const TOKEN_CHARACTERS_MAX = 8_192;
const CLOCK_TOLERANCE_S = 5;

export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys, or the keys themselves. */
  readonly jwks: URL | JSONWebKeySet;
  /** Default: ES256, RS256, EdDSA. */
  readonly algorithms?: readonly string[];
  readonly now?: () => number;
}

export interface JwtVerifier {
  /** The identity at once when the token was verified before, else a promise. Throws or rejects with UNAUTHENTICATED. */
  verify(token: string): Identity | Promise<Identity>;
}

const claimsOf = z.object({
  sub: z.string().min(1).max(200),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
  scope: z.string().default(''),
  party: z.object({ id: z.string(), locator: z.string() }).optional(),
  acts_for: z.record(z.string(), z.string()).default({}),
});

/** Reads the claims. A person never gets the scope `service`, whatever the issuer wrote. */
function identityOf(payload: JWTPayload): { identity: Identity; expiresMs: number } {
  const claims = claimsOf.parse(payload);
  const identity: Identity = {
    subject: claims.sub,
    kind: 'person',
    roles: claims.roles,
    scopes: claims.scope.split(' ').filter((scope) => scope !== '' && scope !== 'service'),
    ...(claims.party && { party: claims.party }),
    actsFor: claims.acts_for,
  };
  return { identity, expiresMs: claims.exp * 1000 };
}

const invalid = () => unauthenticated('The access token is not valid.');

/** A verifier of one issuer's tokens. Throws at once when asked to take a symmetric algorithm or `none`. */
export function createJwtVerifier({ issuer, audience, jwks, algorithms = ['ES256', 'RS256', 'EdDSA'], now = Date.now }: JwtOptions): JwtVerifier {
  const weak = algorithms.find((algorithm) => !ASYMMETRIC.includes(algorithm));
  if (weak) throw new Error(`The algorithm ${weak} is not an asymmetric signature`);
  const key: JWTVerifyGetKey = jwks instanceof URL ? createRemoteJWKSet(jwks, { timeoutDuration: 3000 }) : createLocalJWKSet(jwks);
  const verified = new Map<string, { identity: Identity; expiresMs: number }>();

  async function verifyAfresh(token: string, tokenHash: string): Promise<Identity> {
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer,
        audience,
        algorithms: [...algorithms],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(now()),
      });
      const entry = identityOf(payload);
      if (verified.size >= TOKENS_KEPT_MAX) verified.delete(verified.keys().next().value as string);
      verified.set(tokenHash, entry);
      return entry.identity;
    } catch (error) {
      const isOurs = (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) || error instanceof z.ZodError;
      if (isOurs) throw invalid();
      throw appError('IDENTITY_PROVIDER_UNAVAILABLE', 'Tokens cannot be checked at the moment.');
    }
  }

  return {
    verify(token) {
      if (token.length > TOKEN_CHARACTERS_MAX) throw invalid();
      const tokenHash = hash('sha256', token, 'base64url');
      const known = verified.get(tokenHash);
      if (known) {
        if (known.expiresMs + CLOCK_TOLERANCE_S * 1000 > now()) return known.identity;
        verified.delete(tokenHash);
      }
      return verifyAfresh(token, tokenHash);
    },
  };
}
