/**
 * Brings a cluster to what this release needs: the databases and roles of every service that has migrations, each migrated, granted and with its jobs' schema,
 * then the embedded log's database and the platform's. Every step may be repeated; `start` runs it each time.
 */
import { installJobs } from '@olly/kit/jobs';
import { migrate } from '@olly/kit/migrate';
import { connect, databaseUrl, grantDatabase, grantService, installDatabase, roleName, roleUrl, schemaOf, withDatabase } from '@olly/kit/postgres';
import { hasMigrations, migrationsOf, SUBGRAPHS } from '../repository.ts';
import { PLATFORM, preparePlatform } from './platform.ts';

/** The embedded log's database; its tables are the transport's own. */
export const LOG_DATABASE = 'olly_log';

export interface PreparedDatabase {
  readonly name: string;
  /** How many migrations this call applied. */
  readonly applied: number;
}

async function prepareOne(clusterUrl: string, name: string): Promise<PreparedDatabase> {
  await installDatabase(clusterUrl, name);
  const url = roleUrl(clusterUrl, name, 'owner');
  const { changed } = await migrate({ url, schema: schemaOf(name), dir: migrationsOf(name), direction: 'up' });
  await grantDatabase(clusterUrl, name);
  await installJobs(url, roleName(name, 'service'));
  return { name, applied: changed.length };
}

/** One service's own migrations, grants and jobs, where the environment names its owner or the cluster; a service runs it at its start. */
export async function migrateService(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.DATABASE_URL) return void (await prepareOne(env.DATABASE_URL, name));
  if (!env[`${name.toUpperCase()}_OWNER_DATABASE_URL`]) return;
  const url = databaseUrl(name, 'owner', env);
  const role = decodeURIComponent(new URL(databaseUrl(name, 'service', env)).username);
  await migrate({ url, schema: schemaOf(name), dir: migrationsOf(name), direction: 'up' });
  const owner = await connect(url, 'olly-migrate');
  await grantService(owner, schemaOf(name), role).finally(() => owner.end());
  await installJobs(url, role);
}

/** How many services are migrated side by side: more gain nothing on two cores. */
const PARALLEL = 4;

/** Prepares the databases of the given services, by default all that have migrations; `onReady` is told of each. */
export async function prepareDatabases(
  clusterUrl: string,
  onReady: (database: PreparedDatabase) => void = () => {},
  names: readonly string[] = SUBGRAPHS.filter(hasMigrations),
): Promise<void> {
  const queue: (() => Promise<PreparedDatabase>)[] = [
    () => preparePlatform(clusterUrl).then(() => ({ name: PLATFORM, applied: 0 })),
    () => prepareLog(clusterUrl).then(() => ({ name: LOG_DATABASE, applied: 0 })),
    ...names.map((name) => () => prepareOne(clusterUrl, name)),
  ];
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) onReady(await next());
    }),
  );
}

/** The transport makes its own tables, so its role may create in this one database. */
async function prepareLog(clusterUrl: string): Promise<void> {
  await installDatabase(clusterUrl, LOG_DATABASE);
  const owner = await connect(roleUrl(clusterUrl, LOG_DATABASE, 'owner'), 'olly-install');
  await owner.query(`GRANT CREATE ON DATABASE ${LOG_DATABASE} TO ${roleName(LOG_DATABASE, 'service')}; GRANT USAGE, CREATE ON SCHEMA public TO ${roleName(LOG_DATABASE, 'service')}`).finally(() => owner.end());
}

/** Takes away every database of the house, for the demo's reset; the roles stay. */
export async function dropDatabases(clusterUrl: string): Promise<void> {
  const admin = await connect(withDatabase(clusterUrl, 'postgres'), 'olly-reset');
  try {
    for (const name of [...SUBGRAPHS, LOG_DATABASE, PLATFORM]) await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  } finally {
    await admin.end();
  }
}
