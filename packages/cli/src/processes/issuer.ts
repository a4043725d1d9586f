/** Whose tokens the gateway takes: the demo issuer's, or those of OIDC_ISSUER, whose keys are found by its discovery document. */
import { createJwtVerifier, DEMO_AUDIENCE, DEMO_ISSUER, demoJwks, type JwtVerifier } from '@olly/kit/auth';
import type { Settings } from '@olly/kit/config';
import { z } from 'zod';

const TRIES = 10;
const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The issuer may start at the same time as we do: ask for a while. */
async function jwksOf(issuer: string): Promise<URL> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      const found = discovery.parse(await response.json());
      if (found.issuer !== issuer) throw new Error(`it calls itself ${found.issuer}`);
      return new URL(found.jwks_uri);
    } catch (error) {
      if (tries === TRIES) throw new Error(`OIDC_ISSUER: no discovery document at ${url}: ${(error as Error).message}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

export async function jwtVerifierOf({ OIDC_ISSUER, OIDC_AUDIENCE }: Settings, dataDir: string): Promise<JwtVerifier> {
  if (OIDC_ISSUER === undefined) return createJwtVerifier({ issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, jwks: demoJwks(dataDir) });
  return createJwtVerifier({ issuer: OIDC_ISSUER, audience: OIDC_AUDIENCE, jwks: await jwksOf(OIDC_ISSUER) });
}
