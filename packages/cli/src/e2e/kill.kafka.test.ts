/** Kills over a broker of the test's own. */
import { describe } from 'vitest';
import { hasTestBroker } from '@olly/kit/testing';
import { startBroker } from '../../../../tools/kafka/broker.mjs';
import { killContract } from './kill.contract.ts';

describe.skipIf(!hasTestBroker())('a house on a broker', () => killContract('Kafka', startBroker));
