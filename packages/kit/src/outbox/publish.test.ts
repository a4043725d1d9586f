import { describe, expect, it } from 'vitest';
import { type OutgoingRecord, type Transport, TransportError } from '../transport/transport.ts';
import { type OutboxRow, publish } from './publish.ts';

const row = (id: number, key: string, topic = 't'): OutboxRow => ({ id: String(id), topic, key, value: `${key}#${id}`, tries: 0 });

/** A transport that says of each send what becomes of it, and remembers what it took, in order. */
function fake(judge: (topic: string, records: readonly OutgoingRecord[]) => Error | undefined) {
  const taken: string[] = [];
  const sizes: number[] = [];
  const transport = {
    async send(topic: string, records: readonly OutgoingRecord[]) {
      sizes.push(records.length);
      const error = judge(topic, records);
      if (error) throw error;
      taken.push(...records.map(({ value }) => value));
    },
  } as unknown as Transport;
  return { transport, taken, sizes };
}

const refusing = (...values: string[]) => (_topic: string, records: readonly OutgoingRecord[]) => (records.some(({ value }) => values.includes(value)) ? new TransportError('refused', 'TOO_LARGE') : undefined);
const always = () => true;

describe('publishing a batch', () => {
  it('is one send a topic when nothing is wrong', async () => {
    const { transport, sizes } = fake(() => undefined);
    const { sent } = await publish(transport, [row(1, 'a'), row(2, 'b', 'u'), row(3, 'a')], always);
    expect([sizes, sent.map(({ id }) => id)]).toEqual([[2, 1], ['1', '3', '2']]);
  });

  it('finds the row at fault and sends all others but the later ones of its key', async () => {
    const { transport, taken } = fake(refusing('b#2'));
    const { sent, refused } = await publish(transport, [row(1, 'a'), row(2, 'b'), row(3, 'c'), row(4, 'b'), row(5, 'a')], always);
    expect(taken).toEqual(['a#1', 'c#3', 'a#5']);
    expect([sent.map(({ id }) => id), refused.map(({ row: { id }, code }) => [id, code])]).toEqual([['1', '3', '5'], [['2', 'TOO_LARGE']]]);
  });

  it('keeps what went before the row at fault in its key', async () => {
    const { transport, taken } = fake(refusing('b#3'));
    await publish(transport, [1, 2, 3, 4, 5].map((id) => row(id, 'b')), always);
    expect(taken).toEqual(['b#1', 'b#2']);
  });

  it('holds a refused key back in its other topics too', async () => {
    const { transport, taken } = fake(refusing('b#1'));
    await publish(transport, [row(1, 'b'), row(2, 'b', 'u'), row(3, 'c', 'u')], always);
    expect(taken).toEqual(['c#3']);
  });

  it('blames nobody and stops when the transport is not available', async () => {
    const { transport, sizes } = fake(() => new TransportError('unavailable', 'ECONNREFUSED'));
    const result = await publish(transport, [row(1, 'a'), row(2, 'b'), row(3, 'c', 'u')], always);
    expect([result.sent, result.refused, result.doubtful, result.unavailable?.code, sizes]).toEqual([[], [], [], 'ECONNREFUSED', [2]]);
  });

  it('doubts, and does not blame, when nothing passes for an unknown reason, and gives up soon', async () => {
    const { transport, sizes } = fake(() => new Error('odd'));
    const { refused, doubtful } = await publish(transport, Array.from({ length: 500 }, (_, i) => row(i, `k${i}`)), always);
    expect([refused, doubtful.length]).toEqual([[], 16]);
    expect(sizes.length).toBeLessThan(60);
  });

  it('blames a row that fails for an unknown reason while others pass', async () => {
    const { transport } = fake((_topic, records) => (records.some(({ key }) => key === 'b') ? new TypeError('odd') : undefined));
    const { refused, doubtful } = await publish(transport, [row(1, 'a'), row(2, 'b')], always);
    expect([refused.map(({ row: { id }, code }) => [id, code]), doubtful]).toEqual([[['2', 'TypeError']], []]);
  });

  it('sends nothing more once the lock is lost', async () => {
    let asked = 0;
    const { transport, taken } = fake(() => undefined);
    await publish(transport, [row(1, 'a'), row(2, 'b', 'u'), row(3, 'c', 'v')], () => {
      asked += 1;
      return asked < 2;
    });
    expect(taken).toEqual(['a#1']);
  });
});
