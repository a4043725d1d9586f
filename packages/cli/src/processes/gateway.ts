/**
 * The gateway's process. It serves the composed supergraph, the built portals and, in the demo, tokens for its people. Ready means: its subgraphs answer, and where it
 * is given the cluster, every database is reached and migrated and no outbox has waited long.
 */
import { createLogger } from '@olly/kit/log';
import { addFiles, startGateway } from '@olly/gateway';
import { createPool, databaseUrl, type Pool } from '@olly/kit/postgres';
import { readSettings } from '@olly/kit/config';
import { PERSONAS, tokenOf } from '../demo/personas.ts';
import { isChild, type RunningProcess, runAsChild } from './child.ts';
import { documentFiles, fileAudit } from './files.ts';
import { jwtVerifierOf } from './issuer.ts';
import { readiness } from './readiness.ts';
import type { Urls } from './services.ts';
import { addWebhooks } from './webhooks.ts';

export interface GatewayConfig {
  readonly root: string;
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly secret: string;
  readonly urls: Urls;
  readonly supergraphPath: string;
  /** Where other processes show their metrics. */
  readonly metricsUrls?: readonly string[];
  readonly sites: readonly { readonly prefix: string; readonly dir: string }[];
}

/** Of other processes, our own metrics only: what every Node process tells would be there twice. */
async function metricsFrom(urls: readonly string[]): Promise<string> {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) })).text()));
  const seen = new Set<string>();
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => {
    const name = /^(?:# (?:HELP|TYPE) )?(olly_\w+)/.exec(line)?.[1];
    if (!name) return false;
    if (!line.startsWith('#')) return true;
    const isNew = !seen.has(line);
    seen.add(line);
    return isNew;
  });
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

export async function startGatewayProcess(config: GatewayConfig): Promise<RunningProcess & { ready: { url: string } }> {
  const settings = readSettings();
  const { dataDir, urls } = config;
  const production = settings.NODE_ENV === 'production';
  const log = createLogger('gateway');
  const hasCluster = settings.DATABASE_URL !== undefined;
  const platform: Pool | undefined = hasCluster && !production ? createPool({ url: databaseUrl('olly_platform'), name: 'olly-gateway', max: 1 }) : undefined;
  const ready = hasCluster ? readiness(config.root, Object.keys(urls)) : undefined;
  const gateway = await startGateway({
    port: config.port,
    host: config.host,
    supergraphPath: config.supergraphPath,
    subgraphUrls: urls,
    secret: config.secret,
    jwt: await jwtVerifierOf(settings, dataDir),
    production,
    introspection: settings.ALLOW_INTROSPECTION,
    readyChecks: ready?.checks,
    moreMetrics: () => metricsFrom(config.metricsUrls ?? []),
    sites: config.sites,
    demoTokens: platform && { personas: Object.keys(PERSONAS), sign: (persona) => tokenOf(platform, dataDir, persona) },
    routes: async (app, tools) => {
      if (urls.billing) await addWebhooks(app, { url: urls.billing, secret: config.secret });
      if (urls.documents) await addFiles(app, tools, { store: documentFiles({ url: urls.documents, secret: config.secret }), audit: fileAudit(log) });
    },
    log,
  });
  return {
    ready: { url: gateway.url },
    stop: async () => {
      await gateway.stop();
      await Promise.all([platform?.end(), ready?.stop()]);
    },
  };
}

if (isChild()) runAsChild(startGatewayProcess);
