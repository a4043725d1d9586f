/**
 * The workers' process: of each service its relay, its projections and its jobs, on a pool of two. Under `start` it works for all services; `work <name>` runs it
 * for one. Several may run side by side: relays stand by, consumer groups share partitions, a job is taken once.
 */
import { readSettings } from '@olly/kit/config';
import { erasureProjection } from '@olly/kit/erasure';
import { type RunningJobs, startJobs } from '@olly/kit/jobs';
import { randomIds } from '@olly/kit/locator';
import { createLogger } from '@olly/kit/log';
import { createMetrics, type Metrics } from '@olly/kit/metrics';
import { startRelay } from '@olly/kit/outbox';
import { createPool, databaseUrl, type Pool } from '@olly/kit/postgres';
import { startProjection } from '@olly/kit/projection';
import type { Subgraph, SubgraphDeps } from '@olly/kit/server';
import { createTransport, type Transport } from '@olly/kit/transport';
import { type MailSink, startMailSink } from '../demo/mail-sink.ts';
import { isChild, type RunningProcess, runAsChild } from './child.ts';
import { type ProcessClock, startClock } from './clock.ts';
import { startControl } from './control.ts';
import { runDue, type Worked } from './due.ts';
import { clientsOf, loadSubgraphs, type Urls } from './services.ts';

const POOL_MAX = 2;

export interface WorkersConfig {
  readonly names: readonly string[];
  readonly secret: string;
  readonly urls: Urls;
  /** Take in e-mail of the demo, when no SMTP_URL says where it goes. */
  readonly hasMailSink?: boolean;
  readonly controlPort?: number;
  readonly host?: string;
}

interface Parts {
  readonly transport: Transport;
  readonly metrics: Metrics;
  readonly time: ProcessClock;
  readonly config: WorkersConfig;
}

interface Worker extends Worked {
  stop(): Promise<void>;
}

async function workFor(subgraph: Subgraph, { transport, metrics, time, config }: Parts): Promise<Worker> {
  const { name, schema } = subgraph;
  const log = createLogger(name);
  const url = databaseUrl(name);
  const pool: Pool = createPool({ url, name: `${name}-worker`, max: POOL_MAX });
  const deps: SubgraphDeps = { pool, clock: time.clock, ids: randomIds, log, service: clientsOf(name, () => config.urls, config.secret) };
  const services = subgraph.services(deps);
  const projections = [...(subgraph.projections?.(services, deps) ?? []), ...(subgraph.erasure ? [erasureProjection({ ...deps, service: name, schema }, subgraph.erasure)] : [])];
  const running = [
    ...(subgraph.publishes ? [startRelay({ pool, url, schema, service: name, transport, log, metrics })] : []),
    ...projections.map((projection) => startProjection({ pool, schema, projection, transport, log, metrics })),
  ];
  const work = subgraph.jobs?.(services, deps);
  const onEnd = (task: string, outcome: 'done' | 'failed', error?: unknown) => {
    metrics.jobs.inc({ service: name, task, outcome });
    if (outcome === 'failed') log.warn({ task, err: error }, 'a job failed and is tried again');
  };
  const jobs: RunningJobs | undefined = work && (await startJobs({ pool, tasks: work.tasks, crontab: work.crontab, onEnd }));
  return {
    name,
    pool,
    crontab: work?.crontab ?? '',
    stop: async () => {
      await jobs?.stop();
      await Promise.all(running.map((one) => one.stop()));
      await pool.end();
    },
  };
}

export async function startWorkers(config: WorkersConfig): Promise<RunningProcess & { ready: { controlUrl: string } }> {
  const { KAFKA_BROKERS } = readSettings();
  const log = createLogger('workers');
  const subgraphs = await loadSubgraphs(config.names);
  const time = await startClock(process.env);
  const metrics = createMetrics('workers');
  const sink: MailSink | undefined = config.hasMailSink && !process.env.SMTP_URL ? await startMailSink(process.env, log) : undefined;
  if (sink) process.env.SMTP_URL = sink.url;
  const transport = createTransport({ name: 'workers', brokers: KAFKA_BROKERS, log });
  const workers = await Promise.all(subgraphs.map((subgraph) => workFor(subgraph, { transport, metrics, time, config })));
  const control = await startControl({
    port: config.controlPort,
    host: config.host,
    secret: config.secret,
    metrics: () => metrics.text(),
    offsetMs: time.offsetMs,
    actions: { '/due': () => runDue(workers) },
  });
  return {
    ready: { controlUrl: control.url },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await transport.close();
      await Promise.all([control.stop(), sink?.stop(), time.stop()]);
    },
  };
}

if (isChild()) runAsChild(startWorkers);
