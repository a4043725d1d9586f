/** The way of an event over a real broker. */
import { describe } from 'vitest';
import { hasTestBroker, testBrokers } from '../testing/index.ts';
import { createKafkaTransport } from '../transport/index.ts';
import { eventsContract } from './events.contract.ts';

describe.skipIf(!hasTestBroker())('on a broker', () => {
  eventsContract('Kafka', async () => ({ create: (name) => createKafkaTransport({ brokers: testBrokers(), clientId: name }), teardown: async () => {} }));
});
