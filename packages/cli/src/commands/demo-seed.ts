/** `demo:seed`: fills an empty demo whose processes run one by one; `start` does it by itself. GATEWAY_URL says where the gateway is. */
import { seed } from '../demo/seeding.ts';
import { dataDir } from '../running.ts';
import { aloneSettings } from '../start/alone.ts';

export default async function command(): Promise<void> {
  const { secret, urls } = aloneSettings();
  const isSeeded = await seed({ url: process.env.GATEWAY_URL ?? 'http://127.0.0.1:4000', env: process.env, dataDir: dataDir(), secret, subgraphs: urls, say: console.log });
  console.log(isSeeded ? 'The demo’s data is there.' : 'Nothing was seeded: the system is not empty, or not a demo.');
}
