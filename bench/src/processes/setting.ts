/**
 * What all gateways under test share: the same supergraph, the same token check and the same signing. Only the gateway differs.
 */
import { createJwtVerifier, DEMO_AUDIENCE, DEMO_ISSUER, type Identity, type JwtVerifier } from '@olly/kit/auth';
import type { JSONWebKeySet } from 'jose';

export const SUBGRAPHS = ['books', 'reviews', 'authors'] as const;

export interface GatewayConfig {
  readonly supergraphSdl: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly jwks: JSONWebKeySet;
}

export const verifierOf = ({ jwks }: GatewayConfig): JwtVerifier => createJwtVerifier({ issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, jwks });

/** The identity of an Authorization header. */
export async function identityOf(jwt: JwtVerifier, authorization: string | null | undefined): Promise<Identity> {
  return jwt.verify(authorization?.slice('Bearer '.length) ?? '');
}
