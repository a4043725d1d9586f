import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bankOrigin, changed, EVENT_TABLES } from '../projection/bank.fixture.ts';
import { transaction } from '../postgres/index.ts';
import { scratchDatabase, type TestDatabase } from '../testing/index.ts';
import { appendToOutbox, cleanOutbox, outboxState, replayFailed, skipFailed } from './index.ts';

describe('operating an outbox', () => {
  let db: TestDatabase;
  const append = (count: number) => transaction(db.pool, (tx) => appendToOutbox(tx, bankOrigin, Array.from({ length: count }, (_, i) => changed(`acc_${i}`, 1, 1))));
  beforeAll(async () => {
    db = await scratchDatabase(EVENT_TABLES);
  });
  beforeEach(() => db.pool.query('TRUNCATE outbox RESTART IDENTITY'));
  afterAll(() => db.close());

  it('tells what waits, for how long, and what failed', async () => {
    expect(await outboxState(db.pool, 'public')).toEqual({ waiting: 0, oldestSeconds: 0, failed: 0 });
    await append(4);
    await db.pool.query("UPDATE outbox SET created_at = now() - interval '1 minute' WHERE id = 2");
    await db.pool.query("UPDATE outbox SET failed_at = now(), created_at = now() - interval '1 hour' WHERE id = 3");
    await db.pool.query('UPDATE outbox SET published_at = now() WHERE id = 1');
    const { waiting, oldestSeconds, failed } = await outboxState(db.pool, 'public');
    expect([waiting, Math.round(oldestSeconds / 10), failed]).toEqual([2, 6, 1]);
  });

  it('deletes what was published long enough ago, and nothing else', async () => {
    await append(2_600);
    await db.pool.query("UPDATE outbox SET published_at = now() - interval '8 days' WHERE id <= 2500");
    await db.pool.query('UPDATE outbox SET published_at = now() WHERE id BETWEEN 2501 AND 2550');
    await db.pool.query('UPDATE outbox SET published_at = NULL, failed_at = now() WHERE id = 7');
    expect(await cleanOutbox(db.pool, 'public', 7 * 86_400_000)).toBe(2_499);
    expect((await db.pool.query('SELECT min(id)::int AS first, count(*)::int AS count FROM outbox')).rows).toEqual([{ first: 7, count: 101 }]);
    expect(await cleanOutbox(db.pool, 'public', 7 * 86_400_000)).toBe(0);
  });

  it('replays or skips the failed rows it is told of, and no others', async () => {
    await append(3);
    await db.pool.query('UPDATE outbox SET failed_at = now(), tries = 5 WHERE id < 3');
    const { rows } = await db.pool.query<{ event_id: string }>('SELECT event_id FROM outbox ORDER BY id');
    const [first = '', second = '', third = ''] = rows.map(({ event_id }) => event_id);
    expect([await replayFailed(db.pool, 'public', [first, third]), await skipFailed(db.pool, 'public', [second, third]), await replayFailed(db.pool, 'public')]).toEqual([1, 1, 0]);
    expect((await db.pool.query('SELECT tries, failed_at IS NOT NULL AS failed, published_at IS NOT NULL AS published FROM outbox ORDER BY id')).rows).toEqual([
      { tries: 0, failed: false, published: false },
      { tries: 5, failed: true, published: true },
      { tries: 0, failed: false, published: false },
    ]);
  });

  it('leaves an event alone that is told twice under one id', async () => {
    const [event] = [{ ...changed('acc_1', 1, 1), id: '01900000-0000-7000-8000-0000000000ff' }];
    for (let i = 0; i < 2; i += 1) await transaction(db.pool, (tx) => appendToOutbox(tx, bankOrigin, [event]));
    expect((await outboxState(db.pool, 'public')).waiting).toBe(1);
  });
});
