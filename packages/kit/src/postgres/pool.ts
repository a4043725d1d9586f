/**
 * Pools. Columns come back exactly as PostgreSQL holds them: DATE, NUMERIC and BIGINT as text (a float or a local midnight would
 * change them), TIMESTAMPTZ as a Date. Prisma's adapter takes the same pool, so that a service has one budget of connections.
 */
import pg from 'pg';

export type { Pool, PoolClient } from 'pg';

const DATE = 1082;
const DATE_ARRAY = 1182;
const NUMERIC_ARRAY = 1231;
const BIGINT_ARRAY = 1016;
const TEXT_ARRAY = 1009;

const asText = (value: string): string => value;

/** Only what differs from the library's own reading: dates, and arrays whose elements it would turn into floats or Dates. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (oid === DATE) return asText;
    if (oid === DATE_ARRAY || oid === NUMERIC_ARRAY || oid === BIGINT_ARRAY) return pg.types.getTypeParser(TEXT_ARRAY as Parameters<typeof pg.types.getTypeParser>[0], 'text');
    return pg.types.getTypeParser(oid, 'text');
  }) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  readonly url: string;
  /** Shown in pg_stat_activity: the service or worker. */
  readonly name: string;
  /** Most connections; 5 for a service, 2 for a worker. */
  readonly max?: number;
}

/** Opens a pool. A broken idle connection is dropped quietly; the next query opens another. */
export function createPool({ url, name, max = 5 }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    types,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  // The server closed a connection (restart, failover). Without listeners Node would end the process; the next query opens another.
  const ignore = () => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** One connection of its own, for what must stay on one session: advisory locks, migrations, CREATE DATABASE. */
export async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name, types, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {
    // as above: the query in flight reports it
  });
  await client.connect();
  return client;
}
