/**
 * Puts the gateway together and starts it. Stopping is in order: take nothing new, finish what runs, then let go of the subgraphs.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { ApolloGateway } from '@apollo/gateway';
import { knownOperations } from './execution/operations.ts';
import { createApp } from './http/app.ts';
import { addGraphQL } from './http/graphql.ts';
import { identify } from './http/identify.ts';
import { addOperations, createMetrics } from './http/operations.ts';
import { addDemoTokens, addSites } from './http/sites.ts';
import { createGate } from './limits/gate.ts';
import { DEFAULT_LIMITS, type GatewayLog, type GatewayOptions, type RunningGateway } from './options.ts';
import { createServer } from './server.ts';
import { subgraphClient } from './subgraphs/client.ts';
import { dataSourceOf } from './subgraphs/data-source.ts';
import { subgraphsOf, withoutSecurityDirectives } from './supergraph.ts';

const silent: GatewayLog = { info: () => {}, warn: () => {}, error: () => {} };

function readSupergraph({ supergraphSdl, supergraphPath }: GatewayOptions): string {
  if (supergraphSdl !== undefined) return supergraphSdl;
  if (supergraphPath !== undefined) return readFileSync(supergraphPath, 'utf8');
  throw new Error('A gateway needs a supergraph: supergraphPath or supergraphSdl');
}

/** Starts a gateway; resolves when it listens. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { production = false, log = silent, secret, jwt } = options;
  // the library reports its use to its maker unless told otherwise
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const sdl = readSupergraph(options);
  const urls = { ...subgraphsOf(sdl), ...options.subgraphUrls };
  const timeoutMs = options.subgraphTimeoutMs ?? 10_000;
  const clients = Object.entries(urls).map(([name, url]) => subgraphClient({ name, url, secret, timeoutMs }));
  const operations = knownOperations(clients);
  const gateway = new ApolloGateway({
    experimental_didResolveQueryPlan: operations.learn,
    supergraphSdl: withoutSecurityDirectives(sdl),
    buildService: ({ name }) => {
      const client = clients.find((one) => one.name === name);
      if (!client) throw new Error(`No URL for the subgraph ${name}`);
      return dataSourceOf(client);
    },
  });
  const apollo = await createServer({ gateway, production, introspection: options.introspection ?? !production, log });
  const app = createApp({ log, requestTimeoutMs: options.requestTimeoutMs ?? 60_000, production });
  const metrics = createMetrics();
  const subgraphChecks = Object.fromEntries(clients.map((client) => [client.name, () => client.ready()]));
  addOperations(app, { ...subgraphChecks, ...options.readyChecks }, metrics, options.moreMetrics);
  addGraphQL(app, { apollo, operations, gate: createGate({ ...DEFAULT_LIMITS, ...options.limits }), jwt, metrics, log });
  await addSites(app, options.sites ?? []);
  addDemoTokens(app, options.demoTokens, production);
  await options.routes?.(app, { identify: async (request) => identify(request, jwt) });
  await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      stopping ??= (async () => {
        const force = setTimeout(() => app.server.closeAllConnections(), options.drainMsMax ?? 10_000);
        // a connection that is busy now is idle when its answer is out, and nobody else closes it then
        const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
        await app.close();
        clearTimeout(force);
        clearInterval(sweep);
        await apollo.stop();
        await Promise.all(clients.map((client) => client.close()));
      })();
      return stopping;
    },
  };
}
