/**
 * The gateway benches: one query over three subgraphs (books → reviews → authors) through our gateway and through another. Subgraphs and load
 * on core 1, the gateway under test on core 0; the same supergraph, token check and signing for all.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoJwks, signDemoToken } from '@olly/kit/auth';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { CORE_BESIDE, CORE_UNDER_TEST, compare, noteOf, type Side } from './compare.ts';
import type { Figure } from './figure.ts';
import { installPeers } from './peers.ts';
import { type GatewayConfig, SUBGRAPHS } from './processes/setting.ts';
import { start } from './spawn.ts';

export const FIXTURES = join(import.meta.dirname, '../fixtures');
export const SECRET = 'a-secret-for-benches-only';
const QUERY = '{ topBooks(first: 5) { title year price { amount currency } reviews { stars text author { name town } } } }';

/** Composes the fixtures' supergraph. */
function composeFixtures(urls: Readonly<Record<string, string>>): string {
  const common = readFileSync(join(FIXTURES, 'schema/common.graphql'), 'utf8');
  const services = SUBGRAPHS.map((name) => ({
    name,
    url: urls[name] ?? '',
    typeDefs: parse(`${common}\n${readFileSync(join(FIXTURES, `schema/subgraphs/${name}.graphql`), 'utf8')}`),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'The fixtures do not compose');
  return supergraphSdl;
}

async function againstGateway(figure: string, otherProcess: string, what: string, more: object = {}): Promise<Figure> {
  const dataDir = mkdtempSync(join(tmpdir(), 'olly-bench-'));
  const stops: (() => Promise<void>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })];
  try {
    const subgraphs = await start<{ urls: Record<string, string> }>('subgraphs', CORE_BESIDE, { root: FIXTURES, secret: SECRET });
    stops.push(subgraphs.stop);
    const { urls } = subgraphs.ready;
    const config: GatewayConfig = { supergraphSdl: composeFixtures(urls), urls, secret: SECRET, jwks: demoJwks(dataDir) };
    const token = await signDemoToken(dataDir, { subject: 'reader', roles: ['member'] });
    const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` };
    const side = async (name: string): Promise<Side> => {
      const gateway = await start<{ url: string }>(name, CORE_UNDER_TEST, { ...config, ...more });
      stops.push(gateway.stop);
      return { name, process: gateway, load: { url: gateway.ready.url, headers, body: JSON.stringify({ query: QUERY }) } };
    };
    const comparison = await compare(await side('gateway-ours'), await side(otherProcess));
    const { ours, other, ratio } = comparison;
    return { figure, ours: ours.perSecond, other: other.perSecond, ratio, unit: 'operations/s', note: noteOf(what, comparison) };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Against Apollo's gateway with its own data source and server. */
export const gatewayVsStock = (): Promise<Figure> => againstGateway('gateway_vs_stock', 'gateway-stock', 'three hops; other: @apollo/gateway 2.14.4, standalone server');

/** Against Hive Gateway with its Rust query planner; installs it on demand. */
export async function gatewayVsHive(): Promise<Figure> {
  const { dir, versions } = installPeers();
  return againstGateway('gateway_vs_hive', 'gateway-hive', `three hops; other: ${versions}`, { peers: dir });
}
