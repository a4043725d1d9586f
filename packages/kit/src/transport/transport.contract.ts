/**
 * What every transport promises, as one suite that runs on the embedded log and on a real broker. A transport is closed and made again here, since a restart must not
 * be seen in what a group gets.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../locator/index.ts';
import { PARTITIONS, type Subscription, type Transport, TransportError, type TransportRecord } from './transport.ts';

export interface TransportSetup {
  create(name: string): Transport;
  teardown(): Promise<void>;
}

export async function until(isTrue: () => boolean | Promise<boolean>, what: string, waitMs = 30_000): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function transportContract(kind: string, setup: () => Promise<TransportSetup>): void {
  describe(`the ${kind} transport`, () => {
    let made: TransportSetup;
    let transport: Transport;
    const open: Transport[] = [];
    const subscriptions: Subscription[] = [];
    const create = (name: string) => {
      const created = made.create(name);
      open.push(created);
      return created;
    };
    const topicName = () => `contract.t${newId()}`;
    const groupName = () => `contract.g${newId()}`;

    beforeAll(async () => {
      made = await setup();
      transport = create('contract');
    });
    afterEach(async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()));
    });
    afterAll(async () => {
      await Promise.all(open.map((each) => each.close()));
      await made?.teardown();
    });

    /** Subscribes and collects values in the order in which they come. */
    const collect = async (topics: string[], group = groupName(), on: Transport = transport, more: object = {}) => {
      const got: TransportRecord[] = [];
      const subscription = await on.subscribe({
        group,
        topics,
        onBatch: async (_topic, _partition, records) => {
          got.push(...records);
        },
        ...more,
      });
      subscriptions.push(subscription);
      return { got, subscription, group };
    };
    const valuesOf = (records: readonly TransportRecord[], key?: string) => records.filter((record) => key === undefined || record.key === key).map(({ value }) => value);
    const records = (count: number, keys = ['a', 'b', 'c', 'd', 'e']) => Array.from({ length: count }, (_, i) => ({ key: keys[i % keys.length] as string, value: `${keys[i % keys.length]}${i}` }));

    it('gives a new group everything from the beginning, in order of each key, with headers', async () => {
      const topic = topicName();
      await transport.send(topic, records(40));
      await transport.send(topic, [{ key: 'a', value: 'a with headers', headers: { 'content-type': 'text/plain' } }]);
      const { got } = await collect([topic]);
      await until(() => got.length >= 41, 'all records');
      for (const key of ['a', 'b', 'c', 'd', 'e']) expect(valuesOf(got, key).filter((value) => value !== 'a with headers')).toEqual(records(40).filter((each) => each.key === key).map(({ value }) => value));
      expect(got.find(({ value }) => value === 'a with headers')?.headers).toEqual({ 'content-type': 'text/plain' });
      expect(valuesOf(got, 'a').at(-1)).toBe('a with headers');
    });

    it('keeps a key in one of six partitions, with offsets that rise', async () => {
      const topic = topicName();
      const keys = Array.from({ length: 60 }, (_, i) => `key-${i}`);
      await transport.send(topic, keys.map((key) => ({ key, value: '1' })));
      await transport.send(topic, keys.map((key) => ({ key, value: '2' })));
      const got: TransportRecord[] = [];
      for await (const record of transport.read(topic)) got.push(record);
      expect(got).toHaveLength(120);
      expect(new Set(got.map(({ partition }) => partition)).size).toBe(PARTITIONS);
      for (const key of keys) expect(new Set(got.filter((record) => record.key === key).map(({ partition }) => partition)).size).toBe(1);
      for (let i = 1; i < got.length; i += 1) {
        const [before, after] = [got[i - 1] as TransportRecord, got[i] as TransportRecord];
        if (before.partition === after.partition) expect(after.offset).toBeGreaterThan(before.offset);
      }
    });

    it('goes on where the group stood, also after the transport was closed', async () => {
      const topic = topicName();
      const group = groupName();
      const first = create('first');
      await first.send(topic, records(10));
      const before = await collect([topic], group, first);
      await until(() => before.got.length >= 10, 'the first ten');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await first.close();
      const second = create('second');
      await second.send(topic, [{ key: 'a', value: 'later' }]);
      const after = await collect([topic], group, second);
      await until(() => valuesOf(after.got).includes('later'), 'the later record');
      expect(valuesOf(after.got)).toEqual(['later']);
    });

    it('brings the same records again when a batch was not taken, and nothing of that partition before', async () => {
      const topic = topicName();
      await transport.send(topic, ['1', '2', '3'].map((value) => ({ key: 'k', value })));
      const seen: string[][] = [];
      const { got } = await collect([topic], groupName(), transport, {
        onBatch: async (_topic: string, _partition: number, batch: TransportRecord[]) => {
          seen.push(valuesOf(batch));
          if (seen.length < 3) throw new Error('not now');
          got.push(...batch);
        },
      });
      await until(() => got.length >= 3, 'the third attempt');
      expect(seen.slice(0, 3)).toEqual([['1', '2', '3'], ['1', '2', '3'], ['1', '2', '3']]);
    });

    it('keeps batches within the size asked for', async () => {
      const topic = topicName();
      await transport.send(topic, records(50, ['same']));
      const sizes: number[] = [];
      await collect([topic], groupName(), transport, {
        batchMax: 7,
        onBatch: async (_topic: string, _partition: number, batch: TransportRecord[]) => {
          sizes.push(batch.length);
        },
      });
      await until(() => sizes.reduce((sum, size) => sum + size, 0) >= 50, 'fifty records');
      expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
    });

    it('begins where the caller’s own checkpoint stands, and goes back when it is moved', async () => {
      const topic = topicName();
      await transport.send(topic, ['1', '2', '3', '4'].map((value) => ({ key: 'k', value })));
      const all: TransportRecord[] = [];
      for await (const record of transport.read(topic)) all.push(record);
      let from = all[2]?.offset as bigint;
      const { got, subscription } = await collect([topic], groupName(), transport, { from: async (_topic: string, partition: number) => (partition === all[0]?.partition ? from : 0n) });
      await until(() => got.length >= 2, 'the last two');
      expect(valuesOf(got)).toEqual(['3', '4']);
      from = 0n;
      subscription.reposition();
      await until(() => got.length >= 6, 'all four again');
      expect(valuesOf(got)).toEqual(['3', '4', '1', '2', '3', '4']);
    });

    it('reads one partition from an offset, up to a limit, and an unknown topic as empty', async () => {
      const topic = topicName();
      await transport.send(topic, ['1', '2', '3', '4'].map((value) => ({ key: 'k', value })));
      const read = async (name: string, options: object = {}) => {
        const got: TransportRecord[] = [];
        for await (const record of transport.read(name, options)) got.push(record);
        return got;
      };
      const all = await read(topic);
      const [first, second] = all as [TransportRecord, TransportRecord];
      expect(valuesOf(await read(topic, { partition: first.partition, fromOffset: second.offset, limitMax: 2 }))).toEqual(['2', '3']);
      expect(await read(topic, { partition: (first.partition + 1) % PARTITIONS })).toEqual([]);
      expect(await read(topicName())).toEqual([]);
    });

    it('shares a group’s partitions between two members, and hands them on when one leaves, losing nothing', async () => {
      const topic = topicName();
      const group = groupName();
      const [left, right] = [create('left'), create('right')];
      const onLeft = await collect([topic], group, left);
      const onRight = await collect([topic], group, right);
      let sent = 0;
      const sendMore = async () => {
        sent += 1;
        await transport.send(topic, Array.from({ length: 24 }, (_, i) => ({ key: `k${i}`, value: `k${i}-${sent}` })));
      };
      await until(async () => {
        await sendMore();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return onLeft.got.length > 0 && onRight.got.length > 0;
      }, 'both members to get something');
      await onLeft.subscription.stop();
      await sendMore();
      const all = () => [...onLeft.got, ...onRight.got];
      await until(() => new Set(valuesOf(all())).size === 24 * sent, 'everything');
      const ofBoth = [...onLeft.got, ...onRight.got].map(({ partition }) => partition);
      expect(new Set(ofBoth).size).toBeGreaterThan(1);
    });

    it('keeps the order of each key when several send to one topic at once', async () => {
      const topic = topicName();
      const senders = [create('s1'), create('s2'), create('s3')];
      const { got } = await collect([topic]);
      await Promise.all(senders.map(async (sender, s) => {
        for (let n = 0; n < 20; n += 1) await sender.send(topic, [0, 1, 2].map((k) => ({ key: `${s}-${k}`, value: String(n) })));
      }));
      const keys = () => [...new Set(got.map((record) => record.key))];
      // A send that a broker took in part is repeated by kafkajs itself: what counts is the first time that each came.
      const firsts = (key: string) => [...new Set(valuesOf(got, key))];
      await until(() => keys().reduce((sum, key) => sum + firsts(key).length, 0) === 180, 'all 180');
      const counted = Array.from({ length: 20 }, (_, n) => String(n));
      for (const key of keys()) expect(firsts(key)).toEqual(counted);
    });

    it('refuses a record that is too large, says so, and takes the next', async () => {
      const topic = topicName();
      const error = await transport.send(topic, [{ key: 'k', value: 'x'.repeat(1_200_000) }]).then(() => undefined, (failure: unknown) => failure);
      expect(error).toBeInstanceOf(TransportError);
      expect((error as TransportError).failure).toBe('refused');
      await transport.send(topic, [{ key: 'k', value: 'small' }]);
      const { got } = await collect([topic]);
      await until(() => got.length > 0, 'the small one');
      expect(valuesOf(got)).toEqual(['small']);
    });
  });
}
