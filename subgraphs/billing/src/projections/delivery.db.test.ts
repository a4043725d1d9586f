/** The way into billing over the real log: what is delivered twice, in other batches, or again from the beginning has one effect. */
import { startProjection } from '@olly/kit/projection';
import { scratchDatabase, type TestDatabase, testDatabase } from '@olly/kit/testing';
import { createEmbeddedTransport } from '@olly/kit/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimOf, ledger, policyOf } from '../testing/world.ts';
import { projections } from './index.ts';

const topicOf = (type: string): string => type.split('.').slice(1, 3).join('.');

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('delivery', () => {
  let db: TestDatabase;
  let log: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('billing');
    log = await scratchDatabase();
  });
  afterAll(async () => {
    await db.close();
    await log.close();
  });

  it('three times over, and once more from the beginning, leaves one charge each and balanced entries', async () => {
    const transport = createEmbeddedTransport({ url: log.url, name: 'billing-test' });
    const policies = Array.from({ length: 5 }, () => policyOf());
    const events = policies.flatMap((policy) => {
      const claim = claimOf(policy);
      return [policy.opened(), policy.issued(), claim.told('approved'), claim.told('paid')];
    });
    const send = async () => {
      for (const event of events) await transport.send(topicOf(event.type), [{ key: event.subject, value: JSON.stringify(event) }]);
    };
    const silent = { info: () => {}, warn: () => {}, error: () => {} };
    const start = () => projections.map((projection) => startProjection({ pool: db.pool, schema: 'billing', projection, transport, log: silent }));
    const journals = async () => Number((await db.pool.query('SELECT count(*) AS n FROM billing.journals')).rows[0].n);
    const applied = async () => Number((await db.pool.query(`SELECT coalesce(sum("offset"), 0) AS n FROM billing.projection_checkpoints WHERE consumer_group = 'billing.ledger'`)).rows[0].n);
    let running = start();
    try {
      await send();
      await send();
      await until(async () => (await journals()) === 15);
      await send();
      const before = await ledger(db);
      const position = await applied();
      for (const each of running) await each.stop();
      await db.pool.query('DELETE FROM billing.projection_checkpoints');
      await db.pool.query('DELETE FROM billing.projection_inbox');
      running = start();
      await until(async () => (await applied()) > position);
      expect(await ledger(db)).toEqual(before);
      expect(await ledger(db)).toEqual({ CASH: '-2500.00', CLAIMS_EXPENSE: '2500.00', RECEIVABLE: '600.00', TAX_PAYABLE: '-100.00', UNEARNED_PREMIUM: '-500.00' });
      expect(await journals()).toBe(15);
      expect((await db.pool.query('SELECT count(*)::int AS n FROM billing.charges')).rows[0].n).toBe(15);
      expect((await db.pool.query('SELECT count(*)::int AS n FROM billing.access')).rows[0].n).toBe(10);
    } finally {
      for (const each of running) await each.stop();
      await transport.close();
    }
  });
});
