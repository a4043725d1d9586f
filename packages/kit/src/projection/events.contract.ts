/**
 * The way of an event, whole: outbox, relay, transport, projection. One suite for the embedded log and for a real broker; each test has a bank of its own.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../locator/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { appendToOutbox, outboxState, type RelayOptions, replayFailed, skipFailed, startRelay } from '../outbox/index.ts';
import { connect, transaction } from '../postgres/index.ts';
import { scratchDatabase, type TestDatabase } from '../testing/index.ts';
import { type EventLog, type Transport, TransportError } from '../transport/index.ts';
import { type TransportSetup, until } from '../transport/transport.contract.ts';
import { accountName, BANK_TABLES, bankOrigin, bankProjection, bankState, changed, emptyBank, openAccounts, TOPIC, transfer, wholeBank } from './bank.fixture.ts';
import { deadLetters, type Projection, type ProjectionOptions, rebuild, replayDead, startProjection } from './index.ts';

export function eventsContract(kind: string, setup: () => Promise<TransportSetup>): void {
  describe(`events over the ${kind} transport`, () => {
    let made: TransportSetup;
    let db: TestDatabase;
    let transport: Transport;
    let topic: string;
    let lines: object[];
    const stops: (() => Promise<void>)[] = [];
    const keep = <T extends { stop(): Promise<void> }>(running: T): T => {
      stops.push(() => running.stop());
      return running;
    };
    const log: EventLog = {
      info: (fields) => void lines.push(fields),
      warn: (fields) => void lines.push(fields),
      error: (fields) => void lines.push(fields),
    };
    /** Kafka keeps its topics from test to test, so each test renames the bank's. */
    const renamed = (projection: Projection): Projection => ({ ...projection, topics: [topic] });
    const tell = (...events: ReturnType<typeof changed>[]) => transaction(db.pool, (tx) => appendToOutbox(tx, bankOrigin, events.map((event) => ({ ...event, topic }))));
    const relay = (more: Partial<RelayOptions> = {}) => keep(startRelay({ pool: db.pool, url: db.url, schema: 'public', service: 'bank', transport, log, retryMs: 20, triesMax: 3, ...more }));
    const project = (projection: Projection, more: Partial<ProjectionOptions> = {}) => keep(startProjection({ pool: db.pool, schema: 'public', projection: renamed(projection), transport, log, ...more }));
    const entries = async () => (await db.pool.query('SELECT event_id, account, change, amount, at FROM entries ORDER BY account, change, event_id')).rows;
    /** The events in the topic, doubles and all: a transport may double what it could not acknowledge. */
    const published = async () => {
      const values: string[] = [];
      for await (const { value } of transport.read(topic)) values.push(value);
      return values;
    };
    const copies = async () => (await published()).length;
    const kinds = async () => new Set(await published()).size;
    const publishAgain = async () => void (await db.pool.query('UPDATE outbox SET published_at = NULL'));
    const isPublished = async () => (await outboxState(db.pool, 'public')).waiting === 0;
    const position = async (group: string) => Number((await db.pool.query('SELECT coalesce(sum("offset"), 0) AS sum FROM projection_checkpoints WHERE consumer_group = $1', [group])).rows[0].sum);

    beforeAll(async () => {
      made = await setup();
    });
    beforeEach(async () => {
      lines = [];
      topic = `bank.account${newId().slice(-12)}`;
      db = await scratchDatabase(`${BANK_TABLES}
        CREATE FUNCTION rename_topic() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.topic = '${TOPIC}' THEN NEW.topic := '${topic}'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER rename_topic BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION rename_topic();`);
      transport = made.create('events');
    });
    afterEach(async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
      await transport.close();
      await db.close();
    });
    afterAll(() => made?.teardown());

    it('go from the commit to the projected row, each once, in order of their key', async () => {
      const group = `g.${newId()}`;
      await openAccounts(db.pool, 10);
      const metrics = createMetrics('test', { hasProcessMetrics: false });
      relay({ metrics });
      project(bankProjection(group), { metrics, batchMax: 50 });
      for (let i = 0; i < 100; i += 1) await transfer(db.pool, accountName(i % 10), accountName((i * 3 + 1) % 10 === i % 10 ? (i + 1) % 10 : (i * 3 + 1) % 10), i + 1);
      await until(async () => (await bankState(db.pool)).applied >= 200, 'all events');
      expect(await bankState(db.pool)).toEqual(wholeBank(200));
      expect(await metrics.text()).toMatch(new RegExp(`olly_events_applied_total\\{group="${group}",topic="${topic}",outcome="applied",process="test"\\} 200`));
    });

    it('leave one effect when they come three times, once after a rebalance', async () => {
      const group = `g.${newId()}`;
      await tell(changed('acc_1', 1, 5), changed('acc_1', 2, 7), changed('acc_2', 1, 1));
      relay();
      const first = project(bankProjection(group));
      await until(async () => (await entries()).length === 3, 'the first time');
      const once = await entries();
      const before = await position(group);
      await publishAgain();
      await until(async () => (await position(group)) > before && (await copies()) >= 6, 'the second time');
      await first.stop();
      await publishAgain();
      await until(isPublished, 'the third sending');
      const other = made.create('other');
      stops.push(() => other.close());
      const between = await position(group);
      project(bankProjection(group), { transport: other });
      await tell(changed('acc_1', 3, 9));
      await until(async () => (await entries()).length === 4 && (await position(group)) > between, 'the event after them');
      expect(await copies()).toBeGreaterThanOrEqual(10);
      expect((await entries()).filter(({ change, account }) => !(account === 'acc_1' && change === 3))).toEqual(once);
      expect((await bankState(db.pool)).disordered).toBe(0);
    });

    it('are found whatever the order in which their transactions commit', async () => {
      relay();
      const slow = await connect(db.url, 'slow');
      try {
        await slow.query('BEGIN');
        await appendToOutbox(slow, bankOrigin, [{ ...changed('acc_slow', 1, 1), topic }]);
        await tell(changed('acc_quick', 1, 1));
        await until(async () => (await kinds()) === 1, 'the quick one');
        await slow.query('COMMIT');
      } finally {
        await slow.end();
      }
      await until(async () => (await kinds()) === 2, 'the slow one');
    });

    it('that the transport refuses hold back their own key only, and go when they are mended and replayed', async () => {
      relay();
      await tell(changed('acc_bad', 1, 1, { padding: 'x'.repeat(1_200_000) }), changed('acc_bad', 2, 1), changed('acc_good', 1, 1), changed('acc_good', 2, 1));
      await tell(changed('acc_better', 1, 1));
      await until(async () => (await outboxState(db.pool, 'public')).failed === 1 && (await kinds()) === 3, 'the others to pass and the bad one to fail');
      await tell(changed('acc_bad', 3, 1), changed('acc_good', 3, 1));
      await until(async () => (await kinds()) === 4, 'another good one');
      const { rows } = await db.pool.query("SELECT tries, error, failed_at IS NOT NULL AS failed, published_at FROM outbox WHERE key = 'acc_bad' ORDER BY id");
      expect(rows).toEqual([
        { tries: 3, error: expect.stringMatching(/TOO_LARGE/), failed: true, published_at: null },
        { tries: 0, error: null, failed: false, published_at: null },
        { tries: 0, error: null, failed: false, published_at: null },
      ]);
      await db.pool.query("UPDATE outbox SET payload = payload #- '{data,padding}' WHERE failed_at IS NOT NULL");
      expect(await replayFailed(db.pool, 'public')).toBe(1);
      await until(isPublished, 'the whole key');
      const events = (await published()).map((value) => JSON.parse(value)).filter(({ subject }) => subject === 'acc_bad');
      expect([...new Set(events.map(({ data }) => data.change))]).toEqual([1, 2, 3]);
    });

    it('that are skipped let their key go on', async () => {
      relay();
      await tell(changed('acc_bad', 1, 1, { padding: 'x'.repeat(1_200_000) }), changed('acc_bad', 2, 1));
      await until(async () => (await outboxState(db.pool, 'public')).failed === 1, 'the failure');
      const { rows } = await db.pool.query('SELECT event_id FROM outbox WHERE failed_at IS NOT NULL');
      expect(await skipFailed(db.pool, 'public', rows.map(({ event_id }) => event_id))).toBe(1);
      await until(async () => (await kinds()) === 1, 'the next one');
    });

    it('lose no try while the transport is down, and lose none of themselves', async () => {
      let isDown = true;
      const shaky: Transport = { ...bound(transport), send: async (to, records) => (isDown ? Promise.reject(new TransportError('unavailable', 'DOWN')) : transport.send(to, records)) };
      relay({ transport: shaky, triesMax: 1 });
      await tell(changed('acc_1', 1, 1), changed('acc_2', 1, 1));
      await until(() => lines.filter((line) => (line as { code?: string }).code === 'DOWN').length >= 3, 'three attempts');
      expect((await db.pool.query('SELECT max(tries) AS tries, count(failed_at)::int AS failed FROM outbox')).rows).toEqual([{ tries: 0, failed: 0 }]);
      isDown = false;
      await until(async () => (await kinds()) === 2, 'both');
    });

    it('that fail for an unknown reason are blamed only when others pass', async () => {
      const odd: Transport = { ...bound(transport), send: async (to, records) => (records.some(({ key }) => key === 'acc_odd') ? Promise.reject(new Error('Mrs Example has moved')) : transport.send(to, records)) };
      relay({ transport: odd });
      await tell(changed('acc_odd', 1, 1));
      await until(() => lines.length >= 2, 'two attempts');
      expect((await outboxState(db.pool, 'public')).failed).toBe(0);
      for (let i = 1; (await outboxState(db.pool, 'public')).failed === 0; i += 1) {
        await tell(changed('acc_fine', i, 1));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      expect((await db.pool.query('SELECT key, error FROM outbox WHERE failed_at IS NOT NULL')).rows).toEqual([{ key: 'acc_odd', error: 'Error' }]);
      expect(JSON.stringify(lines.map((line) => ({ ...line, err: undefined })))).not.toContain('Example');
    });

    it('are published by one relay at a time: the other stands by, and takes over when the first is gone or has lost its connection', async () => {
      const first = relay();
      await until(() => first.isLeading(), 'the first to lead');
      const second = relay();
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
      const admin = await connect(db.adminUrl, 'cutter');
      await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'olly-relay-bank'").finally(() => admin.end());
      await until(() => first.isLeading() !== second.isLeading(), 'one of them');
      await tell(changed('acc_1', 1, 1));
      await until(async () => (await kinds()) === 1, 'an event');
      expect([first, second].filter((each) => each.isLeading())).toHaveLength(1);
      await (first.isLeading() ? first : second).stop();
      await tell(changed('acc_1', 2, 1));
      await until(async () => (await kinds()) === 2, 'an event by the other');
    });

    it('that cannot be applied go to the dead letters, without what they hold, and the projection goes on; once mended they are replayed, once', async () => {
      const group = `g.${newId()}`;
      let isMended = false;
      const inner = bankProjection(group);
      const picky: Projection = {
        ...inner,
        apply: async (tx, event) => {
          await inner.apply(tx, event);
          if (event.data.name && !isMended) throw new RangeError(`cannot place ${event.data.name}`);
        },
      };
      relay();
      await tell(...Array.from({ length: 20 }, (_, i) => changed(`acc_${i % 4}`, Math.floor(i / 4) + 1, 1, i === 9 ? { name: 'Canary Birdsong' } : {})));
      project(picky);
      await transport.send(topic, [{ key: 'acc_9', value: '{"not": "an event"}' }]);
      // One letter an event, should the transport have doubled it.
      const letters = async () => [...new Map((await deadLetters(transport, group)).map((letter) => [letter.id, letter])).values()];
      await until(async () => (await entries()).length === 19 && (await letters()).length === 2, 'the rest and the dead');
      const dead = (await letters()).sort((a, b) => a.code.localeCompare(b.code));
      const { rows } = await db.pool.query("SELECT event_id FROM outbox WHERE payload->'data' ? 'name'");
      expect(dead).toEqual([
        { id: null, topic, partition: expect.any(Number), offset: expect.stringMatching(/^\d+$/), code: 'MALFORMED_EVENT' },
        { id: rows[0].event_id, topic, partition: expect.any(Number), offset: expect.stringMatching(/^\d+$/), code: 'RangeError' },
      ]);
      expect(JSON.stringify(dead)).not.toContain('Canary');
      const options = { pool: db.pool, schema: 'public', projection: renamed(picky), transport, log };
      expect(await replayDead(options)).toMatchObject({ applied: 0, seen: 0 });
      isMended = true;
      expect(await replayDead(options)).toMatchObject({ applied: 1, dead: 1 });
      expect(await replayDead(options)).toMatchObject({ applied: 0, dead: 1 });
      expect(await entries()).toHaveLength(20);
    });

    it('give the same rows when a projection is rebuilt, while more of them come', async () => {
      const group = `g.${newId()}`;
      await openAccounts(db.pool, 5);
      relay();
      project(bankProjection(group));
      const move = (i: number) => transfer(db.pool, accountName(i % 5), accountName((i + 1) % 5), 3);
      for (let i = 0; i < 30; i += 1) await move(i);
      await until(async () => (await bankState(db.pool)).applied === 60, 'the first build');
      const was = await entries();
      const rebuilding = rebuild({ pool: db.pool, schema: 'public', projection: bankProjection(group), empty: emptyBank });
      for (let i = 0; i < 5; i += 1) await move(i);
      await rebuilding;
      await until(async () => (await bankState(db.pool)).applied === 70, 'the second build');
      expect(await bankState(db.pool)).toEqual(wholeBank(70));
      expect(await entries()).toEqual(expect.arrayContaining(was));
      // And once more while nothing comes: the running projection must notice by itself.
      await rebuild({ pool: db.pool, schema: 'public', projection: bankProjection(group), empty: emptyBank });
      expect(await entries()).toEqual([]);
      await until(async () => (await bankState(db.pool)).applied === 70, 'the third build');
      expect(await bankState(db.pool)).toEqual(wholeBank(70));
    });
  });
}

/** A transport as a plain object, to replace one of its methods. */
function bound(transport: Transport): Transport {
  return {
    kind: transport.kind,
    send: (topic, records) => transport.send(topic, records),
    subscribe: (options) => transport.subscribe(options),
    read: (topic, options) => transport.read(topic, options),
    close: () => transport.close(),
  };
}
