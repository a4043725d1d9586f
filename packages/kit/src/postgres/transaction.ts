/**
 * Transactions. The function may run several times: PostgreSQL resolves a deadlock or a serialisation conflict by telling one side
 * to start again, so nothing in it may leave the database (no HTTP, no messages; those go through the outbox).
 */
import type { Pool, PoolClient } from 'pg';
import { sqlState } from './errors.ts';

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** How many times a conflict is tried again; 3 unless told. */
  readonly retries?: number;
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const BACKOFF_MS = 15;

const isConflict = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
};

/** Runs `fn` in one transaction: commits when it returns, rolls back when it throws, retries conflicts. */
export async function transaction<T>(pool: Pool, fn: (tx: PoolClient) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
  const { isolation, retries = 3 } = options;
  const begin = isolation ? `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}` : 'BEGIN';
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once(pool, begin, fn);
    } catch (error) {
      if (!isConflict(error) || attempt >= retries) throw error;
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

async function once<T>(pool: Pool, begin: string, fn: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  try {
    await tx.query(begin);
    const result = await fn(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to the next caller.
    await tx.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    tx.release(broken);
  }
}
