/** The broker of a run of the project `kafka` (see kafka-setup.ts). */

/** False where there is no broker; the tests are then skipped, which the setup has said. */
export const hasTestBroker = (): boolean => Boolean(process.env.OLLY_TEST_KAFKA_BROKERS);

export function testBrokers(): string[] {
  const brokers = process.env.OLLY_TEST_KAFKA_BROKERS;
  if (!brokers) throw new Error('There is no broker for this test. Name the file *.kafka.test.ts and run the project kafka.');
  return brokers.split(',');
}
