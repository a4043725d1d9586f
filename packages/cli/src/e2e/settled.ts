/** When a system has nothing left to do: what was committed has been sent, what was sent has been applied everywhere, what was to be done at once is done. */
import { schemaOf } from '@olly/kit/postgres';
import { SUBGRAPHS } from '../repository.ts';
import { type House, until } from './system.ts';

const hasTable = async ({ sql }: House, service: string, table: string): Promise<boolean> =>
  (await sql<{ has: boolean }>(service, 'SELECT to_regclass($1) IS NOT NULL AS has', [`${schemaOf(service)}.${table}`]))[0]?.has ?? false;

/** The services whose schema has a table. */
export async function servicesWith(house: House, table: string): Promise<string[]> {
  const has = await Promise.all(SUBGRAPHS.map((name) => hasTable(house, name, table)));
  return SUBGRAPHS.filter((_name, index) => has[index]);
}

/** Rows that no relay has sent, by service; failed ones too. */
export async function unsent(house: House): Promise<Record<string, number>> {
  const names = await servicesWith(house, 'outbox');
  const counts = await Promise.all(names.map(async (name) => (await house.sql<{ count: number }>(name, `SELECT count(*)::int AS count FROM ${schemaOf(name)}.outbox WHERE published_at IS NULL`))[0]?.count ?? 0));
  return Object.fromEntries(names.map((name, index) => [name, counts[index] as number]).filter(([, count]) => (count as number) > 0));
}

/** Partitions of the embedded log that a service's group has not read to the end. */
async function unread(house: House, service: string, ends: ReadonlyMap<string, ReadonlyMap<number, bigint>>): Promise<string[]> {
  const rows = await house.sql<{ consumer_group: string; topic: string; partition: number; offset: string }>(service, `SELECT consumer_group, topic, partition, "offset" FROM ${schemaOf(service)}.projection_checkpoints`);
  const groups = new Map<string, Map<number, bigint>>();
  for (const { consumer_group, topic, partition, offset } of rows) {
    const key = `${consumer_group} ${topic}`;
    groups.set(key, (groups.get(key) ?? new Map<number, bigint>()).set(partition, BigInt(offset)));
  }
  return [...groups].flatMap(([key, checkpoints]) =>
    [...(ends.get(key.split(' ')[1] as string) ?? [])].filter(([partition, end]) => (checkpoints.get(partition) ?? 0n) <= end).map(([partition]) => `${key} ${partition}`));
}

async function unapplied(house: House): Promise<string[]> {
  const rows = await house.sql<{ name: string; partition: number; end: string }>('olly_log', 'SELECT name, partition, max("offset") AS end FROM olly_log.records JOIN olly_log.topics ON topics.id = topic_id GROUP BY name, partition');
  const ends = new Map<string, Map<number, bigint>>();
  for (const { name, partition, end } of rows) ends.set(name, (ends.get(name) ?? new Map<number, bigint>()).set(partition, BigInt(end)));
  const names = await servicesWith(house, 'projection_checkpoints');
  return (await Promise.all(names.map((name) => unread(house, name, ends)))).flat();
}

/** Jobs that could run now, or have failed and will be tried again: a mail to be sent, a document to be made. */
async function undone(house: House): Promise<string[]> {
  const rows = await Promise.all(SUBGRAPHS.map(async (name) => {
    const found = await house.sql<{ has: boolean }>(name, "SELECT to_regclass('graphile_worker.jobs') IS NOT NULL AS has");
    if (!found[0]?.has) return [];
    return house.sql<{ task: string }>(name, 'SELECT task_identifier AS task FROM graphile_worker.jobs WHERE run_at <= now() OR attempts > 0');
  }));
  return rows.flat().map(({ task }) => task);
}

/** Waits until nothing is left to do, seen twice: events make events. */
export async function settled(house: House, msMax = 120_000): Promise<void> {
  for (const _time of [1, 2]) {
    await until('everything is sent, applied and done', async () => ({ unsent: await unsent(house), unapplied: await unapplied(house), undone: await undone(house) }), (left) => Object.keys(left.unsent).length + left.unapplied.length + left.undone.length === 0, msMax);
  }
}
