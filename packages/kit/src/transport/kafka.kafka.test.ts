/** The contract of every transport, on a real broker. */
import { describe } from 'vitest';
import { hasTestBroker, testBrokers } from '../testing/index.ts';
import { createKafkaTransport } from './index.ts';
import { transportContract } from './transport.contract.ts';

describe.skipIf(!hasTestBroker())('on a broker', () => {
  transportContract('Kafka', async () => ({ create: (name) => createKafkaTransport({ brokers: testBrokers(), clientId: name }), teardown: async () => {} }));
});
