/** Vitest's global setup of the project `e2e`: one system for the files that only ask it, so that it is started and seeded once. */
import { startHouse } from './system.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const house = await startHouse();
  process.env.OLLY_TEST_HOUSE = house.dir;
  return async () => {
    delete process.env.OLLY_TEST_HOUSE;
    await house.stop();
  };
}
