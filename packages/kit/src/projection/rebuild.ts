/** Begins a projection again from the first event that was ever published. */
import type { PoolClient } from 'pg';
import { transaction } from '../postgres/index.ts';
import { lockAlone, type Store } from './checkpoint.ts';
import type { Projection } from './types.ts';

export interface RebuildOptions extends Store {
  readonly projection: Projection;
  /** Empties what the projection keeps, and nothing else. */
  readonly empty: (tx: PoolClient) => Promise<void>;
}

/**
 * Empties the projection's rows and forgets what it has seen and how far it came, in one transaction. Running projections of the group, in whatever process, notice at
 * their next batch or within two seconds, and read from the beginning.
 */
export async function rebuild({ pool, schema, projection: { group }, empty }: RebuildOptions): Promise<void> {
  await transaction(pool, async (tx) => {
    await lockAlone(tx, schema, group);
    await empty(tx);
    await tx.query(`DELETE FROM ${schema}.projection_inbox WHERE consumer_group = $1`, [group]);
    await tx.query(`UPDATE ${schema}.projection_checkpoints SET "offset" = 0, updated_at = now() WHERE consumer_group = $1`, [group]);
  });
}
