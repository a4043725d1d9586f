/**
 * A gateway over the fixture subgraphs for one test file, with tokens of the demo issuer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJwtVerifier, DEMO_AUDIENCE, DEMO_ISSUER, type DemoClaims, demoJwks, signDemoToken } from '@olly/kit/auth';
import type { GatewayOptions, RunningGateway } from '../options.ts';
import { startGateway } from '../start.ts';
import { type FixtureSubgraph, fixtureSupergraph, startFixture } from './fixtures.ts';

export const SECRET = 'a-secret-for-gateway-tests';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: (string | number)[]; extensions: { code: string } & Record<string, unknown> }[];
  /** Codes of the errors, in order. */
  readonly codes: string[];
}

export interface Harness {
  readonly gateway: RunningGateway;
  readonly subgraphs: Readonly<Record<'people' | 'orders' | 'stock', FixtureSubgraph>>;
  token(claims?: Partial<DemoClaims>): Promise<string>;
  /** Sends an operation; anything of `init` overrides what is sent. */
  ask(query: string, more?: { variables?: object; token?: string; headers?: Record<string, string>; operationName?: string }): Promise<Answer>;
  /** A bare request to the gateway. */
  send(path: string, init?: RequestInit): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts everything. */
export async function startHarness(options: Partial<GatewayOptions> = {}): Promise<Harness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'olly-gateway-'));
  const [people, orders, stock] = await Promise.all([startFixture('people', SECRET), startFixture('orders', SECRET), startFixture('stock', SECRET)]);
  const gateway = await startGateway({
    port: 0,
    supergraphSdl: fixtureSupergraph(),
    subgraphUrls: { people: people.url, orders: orders.url, stock: stock.url },
    secret: SECRET,
    jwt: createJwtVerifier({ issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, jwks: demoJwks(dataDir) }),
    ...options,
  });
  async function send(path: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(gateway.url + path, init);
    const text = await response.text();
    let parsed: Partial<Answer> = {};
    try {
      parsed = JSON.parse(text) as Partial<Answer>;
    } catch {
      // pages and metrics are not JSON
    }
    return { status: response.status, headers: response.headers, text, data: parsed.data, errors: parsed.errors, codes: (parsed.errors ?? []).map((error) => error.extensions?.code) };
  }
  return {
    gateway,
    subgraphs: { people, orders, stock },
    token: (claims = {}) => signDemoToken(dataDir, { subject: 'ada', roles: ['member'], ...claims }),
    send,
    ask(query, { variables, token, headers, operationName } = {}) {
      return send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
        body: JSON.stringify({ query, variables, operationName }),
      });
    },
    async stop() {
      await gateway.stop();
      await Promise.all([people.stop(), orders.stop(), stock.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
