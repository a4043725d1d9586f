/**
 * The tables of the embedded log and every statement on them. What always holds: a reader never sees an offset before all lower ones are there. A send takes
 * its offsets from one counter a topic and holds that row until it commits, so the next sender waits; offsets therefore rise in the order of commits, and are
 * shared by the partitions of the topic. (A sequence would be quicker and wrong: it gives 7 and 8, commits 8, and a reader at 9 has lost 7.)
 */
import type { ClientBase, Pool } from 'pg';
import { connect } from '../postgres/index.ts';
import { type OutgoingRecord, PARTITIONS, type TransportRecord } from './transport.ts';

/** Any constant serves; it keeps two processes from making the tables at once. */
const SCHEMA_LOCK = 7_201_403;

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS olly_log;
  CREATE TABLE IF NOT EXISTS olly_log.topics (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    partitions integer NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);
  CREATE TABLE IF NOT EXISTS olly_log.records (
    topic_id integer NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    headers jsonb,
    appended_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic_id, partition, "offset")
  );
  CREATE TABLE IF NOT EXISTS olly_log.group_offsets (
    consumer_group text NOT NULL,
    topic_id integer NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_group, topic_id, partition)
  ) WITH (fillfactor = 50);
`;

/** Makes the tables where they are missing. */
export async function prepareLogTables(url: string): Promise<void> {
  const client = await connect(url, 'olly-log-install');
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    const { rows } = await client.query<{ is_there: boolean }>("SELECT to_regclass('olly_log.group_offsets') IS NOT NULL AS is_there");
    if (!rows[0]?.is_there) await client.query(TABLES);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** FNV-1a over the key's bytes. Written down in rows by now: it never changes. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % partitions;
}

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
}

/** The topic of a name; undefined when it was never named. */
export async function findTopic(db: Pool, name: string): Promise<Topic | undefined> {
  const { rows } = await db.query<Topic>('SELECT id, name, partitions FROM olly_log.topics WHERE name = $1', [name]);
  return rows[0];
}

/** The topic of a name, made when it is new. */
export async function ensureTopic(db: Pool, name: string): Promise<Topic> {
  const known = await findTopic(db, name);
  if (known) return known;
  await db.query('INSERT INTO olly_log.topics (name, partitions) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [name, PARTITIONS]);
  return (await findTopic(db, name)) as Topic;
}

/** Appends records in one transaction of one statement; answers the topic's next offset after them. */
export async function appendRecords(db: Pool, topic: Topic, records: readonly OutgoingRecord[]): Promise<bigint> {
  const { rows } = await db.query<{ next_offset: string }>({
    name: 'olly_log:append',
    text: `WITH taken AS (UPDATE olly_log.topics SET next_offset = next_offset + $2 WHERE id = $1 RETURNING next_offset),
                appended AS (
                  INSERT INTO olly_log.records (topic_id, partition, "offset", key, value, headers)
                  SELECT $1, given.partition, taken.next_offset - $2 + given.at - 1, given.key, given.value, given.headers
                  FROM taken, unnest($3::int[], $4::text[], $5::text[], $6::jsonb[]) WITH ORDINALITY AS given (partition, key, value, headers, at))
           SELECT next_offset FROM taken`,
    values: [
      topic.id,
      records.length,
      records.map(({ key }) => partitionOf(key, topic.partitions)),
      records.map(({ key }) => key),
      records.map(({ value }) => value),
      records.map(({ headers }) => (headers ? JSON.stringify(headers) : null)),
    ],
  });
  return BigInt(rows[0]?.next_offset ?? 0);
}

/** Topic name → the offset that its next record will get. All records below it can be read. */
export async function readHeads(db: ClientBase, names: readonly string[]): Promise<Map<string, bigint>> {
  const { rows } = await db.query<{ name: string; next_offset: string }>({
    name: 'olly_log:heads',
    text: 'SELECT name, next_offset FROM olly_log.topics WHERE name = ANY($1::text[])',
    values: [names],
  });
  return new Map(rows.map((row) => [row.name, BigInt(row.next_offset)]));
}

interface RecordRow {
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string> | null;
}

const asRecord = (topic: string, { partition, offset, key, value, headers }: RecordRow): TransportRecord => ({
  topic,
  partition,
  offset: BigInt(offset),
  key,
  value,
  ...(headers && { headers }),
});

export interface Wanted {
  readonly partition: number;
  readonly from: bigint;
}

/** The next records of several partitions of a topic, at most `limit` of each, in order; one statement whatever their number. */
export async function readPartitions(db: Pool, topic: Topic, wanted: readonly Wanted[], limit: number): Promise<Map<number, TransportRecord[]>> {
  const { rows } = await db.query<RecordRow>({
    name: 'olly_log:read',
    text: `SELECT found.* FROM unnest($2::int[], $3::bigint[]) AS wanted (partition, from_offset)
           CROSS JOIN LATERAL (
             SELECT r.partition, r."offset", r.key, r.value, r.headers FROM olly_log.records r
             WHERE r.topic_id = $1 AND r.partition = wanted.partition AND r."offset" >= wanted.from_offset
             ORDER BY r."offset" LIMIT $4) AS found`,
    values: [topic.id, wanted.map(({ partition }) => partition), wanted.map(({ from }) => String(from)), limit],
  });
  const found = new Map<number, TransportRecord[]>();
  for (const row of rows) {
    const records = found.get(row.partition);
    if (records) records.push(asRecord(topic.name, row));
    else found.set(row.partition, [asRecord(topic.name, row)]);
  }
  return found;
}

/** Where a group stands in a partition: the next offset to read, or undefined when it is new there. */
export async function committedOffset(db: Pool, group: string, topic: Topic, partition: number): Promise<bigint | undefined> {
  const { rows } = await db.query<{ offset: string }>(
    'SELECT "offset" FROM olly_log.group_offsets WHERE consumer_group = $1 AND topic_id = $2 AND partition = $3',
    [group, topic.id, partition],
  );
  return rows[0] && BigInt(rows[0].offset);
}

/** Writes down how far a group has come. */
export async function commitOffset(db: ClientBase, group: string, topic: Topic, partition: number, offset: bigint): Promise<void> {
  await db.query({
    name: 'olly_log:commit',
    text: `INSERT INTO olly_log.group_offsets (consumer_group, topic_id, partition, "offset") VALUES ($1, $2, $3, $4)
           ON CONFLICT (consumer_group, topic_id, partition) DO UPDATE SET "offset" = EXCLUDED."offset", committed_at = now()`,
    values: [group, topic.id, partition, String(offset)],
  });
}
