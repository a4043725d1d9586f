/** Kills over a broker of the test's own. */
import { describe } from 'vitest';
import { startBroker } from '../../../../tools/kafka/broker.mjs';
import { hasTestBroker } from '../testing/index.ts';
import { killContract } from './kill.contract.ts';

describe.skipIf(!hasTestBroker())('on a broker', () => killContract('Kafka', startBroker));
