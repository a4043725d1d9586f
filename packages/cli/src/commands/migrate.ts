/**
 * `pnpm migrate <service> status|up|down [version]` on the database of the running system or of the environment; `pnpm migrate checksums [service …]` writes the hashes
 * of new migrations.
 */
import { migrate, writeChecksums } from '@olly/kit/migrate';
import { connect, databaseUrl, grantService, roleName, schemaOf } from '@olly/kit/postgres';
import { chosen, hasMigrations, migrationsOf } from '../repository.ts';
import { runningEnvironment } from '../running.ts';

type Direction = 'status' | 'up' | 'down';
const DIRECTIONS: readonly string[] = ['status', 'up', 'down'];

export default async function command([first = '', direction = 'status', to]: readonly string[], rest: readonly string[] = []): Promise<void> {
  if (first === 'checksums') {
    const names = direction === 'status' ? [] : [direction, ...(to ? [to] : []), ...rest];
    for (const name of chosen(names).filter(hasMigrations)) writeChecksums(migrationsOf(name));
    return;
  }
  const [name] = chosen([first]);
  if (!name || !DIRECTIONS.includes(direction)) throw new Error('Say: pnpm migrate <service> status|up|down [version]');
  const version = to === undefined ? undefined : Number(to);
  if (version !== undefined && !Number.isInteger(version)) throw new Error(`"${to}" is not a version.`);
  const url = databaseUrl(name, 'owner', runningEnvironment());
  const result = await migrate({ url, schema: schemaOf(name), dir: migrationsOf(name), direction: direction as Direction, to: version });
  if (direction === 'up') {
    const owner = await connect(url, 'olly-migrate');
    await grantService(owner, schemaOf(name), roleName(name, 'service')).finally(() => owner.end());
  }
  for (const { file, isApplied } of result.states) console.log(`${isApplied ? 'applied' : 'pending'}  ${file}`);
}
