import { describe, expect, it } from 'vitest';
import { createTransport, TransportError } from './index.ts';
import { asTransportError } from './kafka-errors.ts';
import { partitionOf } from './embedded-log.ts';

describe('choosing a transport', () => {
  it('takes Kafka where brokers are named, and the embedded log otherwise', async () => {
    const kafka = createTransport({ name: 'test', brokers: ['localhost:9092'] });
    const embedded = createTransport({ name: 'test', env: { DATABASE_URL: 'postgresql://postgres:x@localhost:5432/postgres' } });
    expect([kafka.kind, embedded.kind]).toEqual(['kafka', 'embedded']);
    await Promise.all([kafka.close(), embedded.close()]);
  });

  it('names the variables when neither is configured', () => {
    expect(() => createTransport({ name: 'test', env: {} })).toThrow('OLLY_LOG_DATABASE_URL');
  });
});

describe('the partition of a key', () => {
  it('never changes: records are where it said they would be', () => {
    expect(['', 'acc_1', 'pol_01kb1w5c9hf3xb2m9y6q0d4t7e', 'é'].map((key) => partitionOf(key, 6))).toEqual([1,2,5,3]);
  });

  it('spreads keys', () => {
    const counts = Array.from({ length: 6 }, () => 0);
    for (let i = 0; i < 6_000; i += 1) counts[partitionOf(`clm_${i}`, 6)] = (counts[partitionOf(`clm_${i}`, 6)] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(800);
  });
});

describe('a failure of kafkajs', () => {
  const error = (fields: object) => Object.assign(new Error('x'), fields);

  it('is refused, unavailable or unknown by what lies beneath it', () => {
    const failures = [
      error({ name: 'KafkaJSProtocolError', type: 'MESSAGE_TOO_LARGE', retriable: false }),
      error({ name: 'KafkaJSNumberOfRetriesExceeded', retriable: false, cause: error({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }) }),
      error({ name: 'KafkaJSProtocolError', type: 'NOT_LEADER_FOR_PARTITION', retriable: true }),
      error({ name: 'KafkaJSProtocolError', type: 'TOPIC_AUTHORIZATION_FAILED', retriable: false }),
      new TypeError('x'),
    ].map(asTransportError);
    expect(failures.map(({ failure, code }) => [failure, code])).toEqual([
      ['refused', 'MESSAGE_TOO_LARGE'],
      ['unavailable', 'ECONNREFUSED'],
      ['unavailable', 'NOT_LEADER_FOR_PARTITION'],
      ['unknown', 'TOPIC_AUTHORIZATION_FAILED'],
      ['unknown', 'TypeError'],
    ]);
    expect(failures[0]).toBeInstanceOf(TransportError);
  });
});
