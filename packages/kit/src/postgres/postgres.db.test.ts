import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchDatabase, type TestDatabase } from '../testing/index.ts';
import { transaction, violation } from './index.ts';

describe('PostgreSQL through the kit', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await scratchDatabase('CREATE TABLE t (id int PRIMARY KEY, n bigint NOT NULL CONSTRAINT n_is_positive CHECK (n > 0)); INSERT INTO t VALUES (1, 1), (2, 1)');
  });
  afterAll(() => db.close());

  it('reads dates, decimals and big integers as text, and moments as Date', async () => {
    const { rows } = await db.pool.query(
      `SELECT DATE '2026-02-28' AS day, 0.10::numeric AS amount, 9007199254740993::bigint AS big, TIMESTAMPTZ '2026-01-01T00:00:00Z' AS moment,
              ARRAY[DATE '2026-02-28'] AS days, ARRAY[0.10::numeric] AS amounts`,
    );
    expect(rows[0]).toEqual({ day: '2026-02-28', amount: '0.10', big: '9007199254740993', moment: new Date('2026-01-01T00:00:00Z'), days: ['2026-02-28'], amounts: ['0.10'] });
  });

  it('names the constraint that a statement broke', async () => {
    const broken = (sql: string) => db.pool.query(sql).then(() => null, violation);
    expect(await broken('INSERT INTO t VALUES (1, 1)')).toEqual({ kind: 'unique', constraint: 't_pkey', table: 't' });
    expect(await broken('INSERT INTO t VALUES (9, -1)')).toEqual({ kind: 'check', constraint: 'n_is_positive', table: 't' });
    expect(await broken('INSERT INTO t VALUES (9, NULL)')).toEqual({ kind: 'not_null', constraint: 'n', table: 't' });
    expect(await broken('SELEC')).toBeNull();
  });

  it('rolls back when the function throws, and leaves the connection usable', async () => {
    await expect(transaction(db.pool, async (tx) => {
      await tx.query('UPDATE t SET n = 77');
      throw new Error('no');
    })).rejects.toThrow('no');
    expect((await db.pool.query('SELECT count(*) FROM t WHERE n = 77')).rows[0].count).toBe('0');
  });

  it('loses no update when serialisable transactions collide', async () => {
    const increment = () => transaction(db.pool, async (tx) => {
      const { rows } = await tx.query('SELECT n FROM t WHERE id = 1');
      await tx.query('UPDATE t SET n = $1 WHERE id = 1', [BigInt(rows[0].n) + 1n]);
    }, { isolation: 'serializable', retries: 30 });
    await Promise.all(Array.from({ length: 8 }, increment));
    expect((await db.pool.query('SELECT n FROM t WHERE id = 1')).rows[0].n).toBe('9');
  });

  it('starts again when two transactions deadlock', async () => {
    const touch = (first: number, second: number) => transaction(db.pool, async (tx) => {
      await tx.query('UPDATE t SET n = n + 1 WHERE id = $1', [first]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.query('UPDATE t SET n = n + 1 WHERE id = $1', [second]);
    });
    await Promise.all([touch(1, 2), touch(2, 1)]);
    expect((await db.pool.query('SELECT n FROM t WHERE id = 2')).rows[0].n).toBe('3');
  });
});
