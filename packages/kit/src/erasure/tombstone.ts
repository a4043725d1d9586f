/**
 * Keeps work that was under way from writing about somebody who has just been forgotten. Writer and eraser take the same lock: either the writer commits first and its row is erased, or it
 * comes after and reads that the party is gone.
 */
import type { PoolClient } from 'pg';
import type { ErasureOrder } from './plan.ts';

const LOCK = "hashtextextended('erased:' || $1::text, 0)";

/** What a party has asked for; null when nothing. Call it in the transaction that writes, before the write. */
export async function erasedAs(tx: PoolClient, schema: string, partyLocator: string): Promise<ErasureOrder['deleteType'] | null> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${LOCK})`, [partyLocator]);
  const { rows } = await tx.query<{ delete_type: ErasureOrder['deleteType'] }>(`SELECT delete_type FROM ${schema}.erased_parties WHERE party_locator = $1`, [partyLocator]);
  return rows[0]?.delete_type ?? null;
}

export async function bury(tx: PoolClient, schema: string, { party, deleteType, today }: ErasureOrder): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${LOCK})`, [party.locator]);
  await tx.query(
    `INSERT INTO ${schema}.erased_parties (party_locator, delete_type, since) VALUES ($1, $2, $3) ON CONFLICT (party_locator) DO UPDATE SET delete_type = excluded.delete_type`,
    [party.locator, deleteType, today],
  );
}
