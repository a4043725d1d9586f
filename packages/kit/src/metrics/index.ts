/** Metrics: prom-client, one registry a process. */
export * from './registry.ts';
