/**
 * The subgraphs' process: each service with its own server, port and pool. Under `start` it serves all; `serve <name>` runs it with one.
 */
import { createLogger } from '@olly/kit/log';
import { createMetrics } from '@olly/kit/metrics';
import { createPool, databaseUrl } from '@olly/kit/postgres';
import { type RunningSubgraph, serveSubgraph } from '@olly/kit/server';
import { isChild, type RunningProcess, runAsChild } from './child.ts';
import { startClock } from './clock.ts';
import { startControl } from './control.ts';
import { clientsOf, loadSubgraphs, readMatrix, type Urls } from './services.ts';

const POOL_MAX = 5;

export interface SubgraphsConfig {
  readonly root: string;
  readonly names: readonly string[];
  readonly secret: string;
  /** Where services that this process does not serve are. */
  readonly urls?: Urls;
  /** The ports to take, for a process that takes the place of one that died; free ones otherwise. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly controlPort?: number;
  readonly host?: string;
}

export interface SubgraphsReady {
  readonly urls: Urls;
  readonly controlUrl: string;
}

export async function startSubgraphs(config: SubgraphsConfig): Promise<RunningProcess & { ready: SubgraphsReady }> {
  const { root, names, secret, host, ports = {} } = config;
  const subgraphs = await loadSubgraphs(names);
  const time = await startClock(process.env);
  const matrix = readMatrix(root);
  const metrics = createMetrics('subgraphs');
  const urls: Record<string, string> = { ...config.urls };
  const pools = new Map(names.map((name) => [name, createPool({ url: databaseUrl(name), name, max: POOL_MAX })]));
  const running: RunningSubgraph[] = [];
  const end = async () => {
    await Promise.all(running.map((one) => one.stop()));
    await Promise.all([...pools.values()].map((pool) => pool.end()));
    await time.stop();
  };
  try {
    for (const subgraph of subgraphs) {
      const { name } = subgraph;
      const pool = pools.get(name);
      if (!pool) continue;
      const log = createLogger(name);
      const one = await serveSubgraph(subgraph, { root, secret, matrix, pool, clock: time.clock, log, service: clientsOf(name, () => urls, secret), port: ports[name], host });
      running.push(one);
      urls[name] = one.url;
    }
    const control = await startControl({ port: config.controlPort, host, secret, metrics: () => metrics.text(), offsetMs: time.offsetMs });
    return {
      ready: { urls: Object.fromEntries(running.map(({ name, url }) => [name, url])), controlUrl: control.url },
      stop: async () => {
        await end();
        await control.stop();
      },
    };
  } catch (error) {
    await end().catch(() => {});
    throw error;
  }
}

if (isChild()) runAsChild(startSubgraphs);
