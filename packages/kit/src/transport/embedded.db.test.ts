/** The embedded log: the contract of every transport, and what only a log of our own must promise. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../postgres/index.ts';
import { scratchDatabase, type TestDatabase } from '../testing/index.ts';
import { createEmbeddedTransport, type Transport } from './index.ts';
import { transportContract, until } from './transport.contract.ts';

transportContract('embedded', async () => {
  const db = await scratchDatabase();
  return { create: (name) => createEmbeddedTransport({ url: db.url, name }), teardown: () => db.close() };
});

describe('the embedded log', () => {
  let db: TestDatabase;
  let transport: Transport;
  beforeAll(async () => {
    db = await scratchDatabase();
    transport = createEmbeddedTransport({ url: db.url, name: 'test' });
  });
  afterAll(async () => {
    await transport.close();
    await db.close();
  });

  it('never shows a record while one with a lower offset may still be committed', async () => {
    await transport.send('late', [{ key: 'a', value: '0' }]);
    const slow = await connect(db.url, 'slow-sender');
    await slow.query('BEGIN');
    const { rows } = await slow.query("UPDATE olly_log.topics SET next_offset = next_offset + 1 WHERE name = 'late' RETURNING id, next_offset - 1 AS taken");
    await slow.query(`INSERT INTO olly_log.records (topic_id, partition, "offset", key, value) VALUES ($1, 0, $2, 'b', 'slow')`, [rows[0].id, rows[0].taken]);
    let hasSent = false;
    const sending = transport.send('late', [{ key: 'c', value: 'quick' }]).then(() => {
      hasSent = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(hasSent).toBe(false);
    await slow.query('COMMIT');
    await slow.end();
    await sending;
    const offsets: bigint[] = [];
    for await (const record of transport.read('late')) offsets.push(record.offset);
    expect(offsets.sort((a, b) => Number(a - b))).toEqual([0n, 1n, 2n]);
  });

  it('finds its partitions and goes on when all its connections are cut', async () => {
    const got: string[] = [];
    const subscription = await transport.subscribe({ group: 'cut', topics: ['cut'], onBatch: async (_topic, _partition, records) => void got.push(...records.map(({ value }) => value)) });
    await transport.send('cut', [{ key: 'a', value: '1' }]);
    await until(() => got.includes('1'), 'the first record');
    const admin = await connect(db.adminUrl, 'cutter');
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    await admin.end();
    await until(() => transport.send('cut', [{ key: 'a', value: '2' }]).then(() => true, () => false), 'a send');
    await until(() => got.includes('2'), 'the second record');
    await subscription.stop();
  });

  it('costs an idle process a handful of statements a second, whatever it subscribes to', async () => {
    const idle = createEmbeddedTransport({ url: db.url, name: 'idle' });
    const subscriptions = await Promise.all(Array.from({ length: 20 }, (_, i) => idle.subscribe({ group: `idle-${i}`, topics: ['late', 'cut'], onBatch: async () => {} })));
    const admin = await connect(db.adminUrl, 'counter');
    const count = async () => Number((await admin.query('SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()')).rows[0].xact_commit);
    // PostgreSQL counts late, and a start costs more: what it settles at is the cost.
    const perSecond = async () => {
      const [before, startedAt] = [await count(), Date.now()];
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return ((await count()) - before) / ((Date.now() - startedAt) / 1_000);
    };
    await until(async () => (await perSecond()) < 20, 'fewer than twenty statements a second', 25_000);
    await admin.end();
    await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    await idle.close();
  });
});
