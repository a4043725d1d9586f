import type { PoolClient } from 'pg';
import type { CloudEvent } from '../outbox/event.ts';

/**
 * What a service learns from events. `apply` runs inside the batch's transaction, after the inbox has let the event through:
 * at least once in, exactly once in effect. Ids and times of projected rows are taken from the event, so that a rebuild gives the same rows.
 */
export interface Projection {
  /** The consumer group: `<service>.<what it keeps>`. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Throwing leaves the event to bounded tries, then to the dead-letter topic. Unknown types are ignored by the projection itself. */
  apply(tx: PoolClient, event: CloudEvent): Promise<void>;
  /**
   * The same for a whole batch of one partition, in order, where one statement can do the work of many. It must have the effect of `apply` on each in turn; a batch that
   * it throws on is split until the event at fault stands alone. Optional.
   */
  applyAll?(tx: PoolClient, events: readonly CloudEvent[]): Promise<void>;
}
