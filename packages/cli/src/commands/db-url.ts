/**
 * `pnpm db:url <service> [owner]`: the URL of a database of the running system, as the service's role or as the owner.
 */
import { databaseUrl } from '@olly/kit/postgres';
import { chosen } from '../repository.ts';
import { runningEnvironment } from '../running.ts';

export default async function command([first = '', role = 'service']: readonly string[]): Promise<void> {
  const [name] = chosen([first]);
  if (!name || (role !== 'service' && role !== 'owner')) throw new Error('Say: pnpm db:url <service> [owner]');
  console.log(databaseUrl(name, role, runningEnvironment()));
}
