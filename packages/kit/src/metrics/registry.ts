/**
 * Metrics in Prometheus' form. One registry a process; labels are names of services, topics, operations and outcomes, never identifiers
 * of people or claims: a label value lives for ever.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** Seconds from request to answer by subgraph and outcome (`ok`, `error`, `refused`). */
  readonly requestSeconds: Histogram<'service' | 'outcome'>;
  /** Outbox rows that wait to be published. */
  readonly outboxWaiting: Gauge<'service'>;
  /** Age of the oldest of them, in seconds; 0 when none waits. */
  readonly outboxLagSeconds: Gauge<'service'>;
  /** Outbox rows marked as failed, until they are replayed. */
  readonly outboxFailed: Gauge<'service'>;
  readonly eventsPublished: Counter<'service' | 'topic'>;
  /** Events applied by projections; `outcome` is `applied`, `seen` or `dead`. */
  readonly eventsApplied: Counter<'group' | 'topic' | 'outcome'>;
  readonly jobs: Counter<'service' | 'task' | 'outcome'>;
  /** The text of `GET /metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Makes the registry of a process. Tests make their own, so nothing is global. */
export function createMetrics(processName: string, options: { hasProcessMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  if (options.hasProcessMetrics ?? true) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requestSeconds: new Histogram({ name: 'olly_request_seconds', help: 'Seconds from request to answer', labelNames: ['service', 'outcome'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], registers }),
    outboxWaiting: new Gauge({ name: 'olly_outbox_waiting', help: 'Outbox rows that wait to be published', labelNames: ['service'], registers }),
    outboxLagSeconds: new Gauge({ name: 'olly_outbox_lag_seconds', help: 'Age of the oldest waiting outbox row', labelNames: ['service'], registers }),
    outboxFailed: new Gauge({ name: 'olly_outbox_failed', help: 'Outbox rows that could not be published', labelNames: ['service'], registers }),
    eventsPublished: new Counter({ name: 'olly_events_published_total', help: 'Events published', labelNames: ['service', 'topic'], registers }),
    eventsApplied: new Counter({ name: 'olly_events_applied_total', help: 'Events a projection has dealt with', labelNames: ['group', 'topic', 'outcome'], registers }),
    jobs: new Counter({ name: 'olly_jobs_total', help: 'Jobs that ended', labelNames: ['service', 'task', 'outcome'], registers }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
