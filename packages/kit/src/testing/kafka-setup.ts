/**
 * Vitest's global setup of the project `kafka`: one real broker for the run. Where Java or Maven is missing the tests are skipped, aloud; in CI that is a failure.
 */
import { startBroker, whyNoBroker } from '../../../../tools/kafka/broker.mjs';

export default async function setup(): Promise<() => Promise<void>> {
  const problem = whyNoBroker();
  if (problem) {
    if (process.env.CI) throw new Error(`The Kafka tests must run in CI: ${problem}.`);
    console.log(`skipped: the tests on a Kafka broker. ${problem}.`);
    return async () => {};
  }
  const broker = await startBroker();
  process.env.OLLY_TEST_KAFKA_BROKERS = broker.brokers.join(',');
  return async () => {
    delete process.env.OLLY_TEST_KAFKA_BROKERS;
    await broker.stop();
  };
}
