/**
 * Vitest's global setup of the project `e2e`: one system for the files that only ask it, so that it is started and seeded once. With OLLY_TEST_HOUSE, the data folder of
 * a running system, that one is asked: starting is most of the time while a test is being written.
 */
import { startHouse } from './system.ts';

export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.OLLY_TEST_HOUSE) return async () => {};
  const house = await startHouse();
  process.env.OLLY_TEST_HOUSE = house.dir;
  return async () => {
    delete process.env.OLLY_TEST_HOUSE;
    await house.stop();
  };
}
