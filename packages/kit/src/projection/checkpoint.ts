/**
 * One batch into one transaction: the checkpoint's row locked, what lies below it skipped, the inbox asked which events are new, those applied in order, the
 * checkpoint moved by compare-and-set. All of it is committed, or none. Two processes that both believe they have the partition cannot both move the checkpoint.
 */
import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { CloudEvent } from '../outbox/event.ts';
import { transaction } from '../postgres/index.ts';
import type { TransportRecord } from '../transport/transport.ts';
import { parseEvent } from './event.ts';
import type { Projection } from './types.ts';

/** The checkpoint is not where this process left it: somebody rebuilds, or somebody else reads the partition. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
  readonly code = 'CHECKPOINT_MOVED';
}

export interface Store {
  readonly pool: Pool;
  /** The schema with `projection_checkpoints` and `projection_inbox`. */
  readonly schema: string;
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Batches of a group hold it shared, a rebuild alone. */
const groupLock = (schema: string, group: string): string => String(createHash('sha256').update(`olly:projection:${schema}:${group}`).digest().readBigInt64BE());

export const lockShared = (tx: PoolClient, schema: string, group: string) => tx.query({ name: 'projection:lock', text: 'SELECT pg_advisory_xact_lock_shared($1)', values: [groupLock(schema, group)] });
export const lockAlone = (tx: PoolClient, schema: string, group: string) => tx.query('SELECT pg_advisory_xact_lock($1)', [groupLock(schema, group)]);

/** Where a group stands, by partition: the next offset to apply. */
export async function readCheckpoints({ pool, schema }: Store, group: string): Promise<{ topic: string; partition: number; offset: bigint }[]> {
  const { rows } = await pool.query<{ topic: string; partition: number; offset: string }>(
    `SELECT topic, partition, "offset" FROM ${schema}.projection_checkpoints WHERE consumer_group = $1`,
    [group],
  );
  return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }));
}

/** The checkpoint's offset, its row locked; made at 0 where it is missing. */
async function lockCheckpoint(tx: PoolClient, schema: string, group: string, { topic, partition }: Place): Promise<bigint> {
  const select = {
    name: `checkpoint:lock:${schema}`,
    text: `SELECT "offset" FROM ${schema}.projection_checkpoints WHERE consumer_group = $1 AND topic = $2 AND partition = $3 FOR UPDATE`,
    values: [group, topic, partition],
  };
  const { rows } = await tx.query<{ offset: string }>(select);
  if (rows[0]) return BigInt(rows[0].offset);
  await tx.query(`INSERT INTO ${schema}.projection_checkpoints (consumer_group, topic, partition, "offset") VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING`, select.values);
  const again = await tx.query<{ offset: string }>(select);
  return BigInt(again.rows[0]?.offset ?? 0);
}

async function moveCheckpoint(tx: PoolClient, schema: string, group: string, { topic, partition }: Place, from: bigint, to: bigint): Promise<void> {
  const { rowCount } = await tx.query({
    name: `checkpoint:move:${schema}`,
    text: `UPDATE ${schema}.projection_checkpoints SET "offset" = $5, updated_at = now()
           WHERE consumer_group = $1 AND topic = $2 AND partition = $3 AND "offset" = $4`,
    values: [group, topic, partition, String(from), String(to)],
  });
  if (rowCount !== 1) throw new CheckpointMoved();
}

/** Puts events into the inbox and answers those that were not there, each once, in order. */
export async function newEvents(tx: PoolClient, schema: string, group: string, events: readonly CloudEvent[]): Promise<CloudEvent[]> {
  const { rows } = await tx.query<{ event_id: string }>({
    name: `inbox:add:${schema}`,
    text: `INSERT INTO ${schema}.projection_inbox (consumer_group, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id`,
    values: [group, events.map(({ id }) => id)],
  });
  const added = new Set(rows.map((row) => row.event_id));
  return events.filter(({ id }) => added.delete(id.toLowerCase()));
}

export interface BatchResult {
  /** The checkpoint after the batch. */
  readonly position: bigint;
  readonly applied: number;
  readonly seen: number;
}

/**
 * Applies records of one partition. `expected` is where this process last saw the checkpoint. Throws what `apply` throws, and CheckpointMoved when the checkpoint
 * lies below `expected`; then nothing has been written.
 */
export function applyBatch({ pool, schema }: Store, projection: Projection, place: Place, records: readonly TransportRecord[], expected: bigint): Promise<BatchResult> {
  const { group } = projection;
  return transaction(pool, async (tx) => {
    await lockShared(tx, schema, group);
    const offset = await lockCheckpoint(tx, schema, group, place);
    if (offset < expected) throw new CheckpointMoved();
    const ahead = records.filter((record) => record.offset >= offset);
    const last = ahead.at(-1);
    if (!last) return { position: offset, applied: 0, seen: records.length };
    const fresh = await newEvents(tx, schema, group, ahead.map(({ value }) => parseEvent(value)));
    if (projection.applyAll) {
      if (fresh.length > 0) await projection.applyAll(tx, fresh);
    } else {
      for (const event of fresh) await projection.apply(tx, event);
    }
    const position = last.offset + 1n;
    await moveCheckpoint(tx, schema, group, place, offset, position);
    return { position, applied: fresh.length, seen: records.length - fresh.length };
  });
}

/** Goes past one record without applying it; it has been given to the dead letters. */
export function skipRecord({ pool, schema }: Store, group: string, record: TransportRecord, expected: bigint): Promise<bigint> {
  return transaction(pool, async (tx) => {
    await lockShared(tx, schema, group);
    const offset = await lockCheckpoint(tx, schema, group, record);
    if (offset < expected) throw new CheckpointMoved();
    if (record.offset < offset) return offset;
    await moveCheckpoint(tx, schema, group, record, offset, record.offset + 1n);
    return record.offset + 1n;
  });
}
