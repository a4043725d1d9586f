/** Runs projections; the contract first. */
import type { Pool } from 'pg';
import type { Metrics } from '../metrics/registry.ts';
import type { Transport } from '../transport/transport.ts';
import type { Projection } from './types.ts';

/** What the mechanism says of its work; never data. */
export interface EventLog {
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

export interface ProjectionOptions {
  readonly pool: Pool;
  /** The schema with `projection_checkpoints` and `projection_inbox`. */
  readonly schema: string;
  readonly projection: Projection;
  readonly transport: Transport;
  readonly log: EventLog;
  readonly metrics?: Metrics;
}

export interface RunningProjection {
  /** Takes no more batches and waits for the running one. */
  stop(): Promise<void>;
}

/** Starts a projection; it runs until it is stopped, through any failure of the database or the transport. */
export function startProjection(_options: ProjectionOptions): RunningProjection {
  throw new Error('The projection runner comes with the next commit.');
}
