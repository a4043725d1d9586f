/** `prepare`: makes the databases and roles of the cluster of DATABASE_URL and runs every migration; a release's first step where nothing starts everything. */
import { readSettings } from '@olly/kit/config';
import { prepareDatabases } from '../start/databases.ts';

export default async function command(): Promise<void> {
  const { DATABASE_URL } = readSettings();
  if (!DATABASE_URL) throw new Error('Set DATABASE_URL to the cluster, as its administrator.');
  await prepareDatabases(DATABASE_URL, ({ name, applied }) => console.log(`${name} is ready (${applied} migrations applied)`));
}
