/**
 * What people who run the gateway look at: `/healthz` (the process lives), `/readyz` (it can answer: subgraphs and whatever else was named)
 * and `/metrics` (Prometheus). None of them needs a token, none tells a host, a version or a name.
 */
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const CHECK_MS_MAX = 3_000;

export interface Metrics {
  readonly registry: Registry;
  /** Counts one answered operation. */
  observe(outcome: string, seconds: number): void;
  /** Counts one that was run straight, having been let through before. */
  countKnown(): void;
}

/** The gateway's own metrics beside those of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({ name: 'gateway_operations_total', help: 'Operations answered, by outcome.', labelNames: ['outcome'], registers: [registry] });
  const known = new Counter({ name: 'gateway_known_operations_total', help: 'Operations run straight, having been planned before.', registers: [registry] });
  const durations = new Histogram({
    name: 'gateway_operation_seconds',
    help: 'Time from the whole request to the answer.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    registry,
    observe(outcome, seconds) {
      operations.inc({ outcome });
      durations.observe(seconds);
    },
    countKnown: () => known.inc(),
  };
}

export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/** Runs all checks side by side: name → `ok` or `failed`. One that hangs has failed. */
export async function runChecks(checks: Checks, msMax = CHECK_MS_MAX): Promise<Record<string, 'ok' | 'failed'>> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('late')), msMax);
      });
      try {
        await Promise.race([check(), late]);
        return [name, 'ok'] as const;
      } catch {
        return [name, 'failed'] as const;
      } finally {
        clearTimeout(timer);
      }
    }),
  );
  return Object.fromEntries(results);
}

/** Adds the three routes; `more` answers other processes' metrics. */
export function addOperations(app: FastifyInstance, checks: Checks, { registry }: Metrics, more: () => Promise<string> = async () => ''): void {
  app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const results = await runChecks(checks);
    const isReady = Object.values(results).every((result) => result === 'ok');
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable', checks: results });
  });
  app.get('/metrics', async (_request, reply) => {
    const [own, others] = await Promise.all([registry.metrics(), more().catch(() => '')]);
    return reply.type(registry.contentType).send(own + others);
  });
}
