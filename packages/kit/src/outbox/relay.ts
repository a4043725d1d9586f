/** Publishes an outbox; the contract first. */
import type { Pool } from 'pg';
import type { Metrics } from '../metrics/registry.ts';
import type { EventLog } from '../projection/run.ts';
import type { Transport } from '../transport/transport.ts';

export interface RelayOptions {
  /** For the clean-up and the state; publishing has a connection of its own. */
  readonly pool: Pool;
  /** The same database, for the connection that holds the relay's lock. */
  readonly url: string;
  /** The schema with the `outbox` table. */
  readonly schema: string;
  readonly service: string;
  readonly transport: Transport;
  readonly log: EventLog;
  readonly metrics?: Metrics;
}

export interface RunningRelay {
  /** Waits for the batch in flight, then gives the lock up. */
  stop(): Promise<void>;
}

/** Starts the relay of one database; a second one waits as standby. */
export function startRelay(_options: RelayOptions): RunningRelay {
  throw new Error('The relay comes with the next commit.');
}
