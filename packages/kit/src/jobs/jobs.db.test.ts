import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, roleName, transaction } from '../postgres/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { enqueue, installJobs, type RunningJobs, startJobs } from './index.ts';

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('jobs', () => {
  let db: TestDatabase;
  let running: RunningJobs | undefined;
  beforeAll(async () => {
    db = await testDatabase('billing');
    await installJobs(db.ownerUrl, roleName('billing', 'service'));
    await installJobs(db.ownerUrl, roleName('billing', 'service'));
  });
  afterAll(async () => {
    await running?.stop();
    await db.close();
  });

  it('runs as the service role, once the transaction that enqueued it has committed, and again after a failure', async () => {
    const done: [unknown, number][] = [];
    running = await startJobs({
      pool: db.pool,
      pollMs: 50,
      tasks: {
        remember: async (payload, { attempt }) => {
          done.push([payload.n, attempt]);
          if (payload.n === 2 && attempt === 1) throw new Error('once');
        },
      },
    });
    await transaction(db.pool, (tx) => enqueue(tx, 'remember', { n: 1 }));
    await expect(transaction(db.pool, async (tx) => {
      await enqueue(tx, 'remember', { n: 99 });
      throw new Error('rolled back');
    })).rejects.toThrow('rolled back');
    await enqueue(db.pool, 'remember', { n: 2 });
    await until(() => done.filter(([n]) => n === 2).length === 2);
    expect(done).toContainEqual([1, 1]);
    expect(done.some(([n]) => n === 99)).toBe(false);
  });

  it('keeps one waiting job for a key', async () => {
    const later = new Date(Date.now() + 3_600_000);
    await enqueue(db.pool, 'remember', { n: 5 }, { jobKey: 'k', runAt: later });
    await enqueue(db.pool, 'remember', { n: 6 }, { jobKey: 'k', runAt: later });
    const { rows } = await db.pool.query("SELECT count(*) AS waiting FROM graphile_worker.jobs WHERE key = 'k'");
    expect(rows[0].waiting).toBe('1');
  });

  it('leaves the service role owning nothing', async () => {
    const admin = await connect(db.adminUrl, 'test');
    const { rows } = await admin.query(
      `SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'billing_service'
       UNION ALL SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE r.rolname = 'billing_service'`,
    ).finally(() => admin.end());
    expect(rows).toEqual([]);
  });
});
