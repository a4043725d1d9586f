/**
 * Who may do what in the cluster. Each database has an owner, who migrates it, and a service role, who owns nothing, connects to
 * its own database only and reads and writes rows. Tables whose comment begins with "append-only" take inserts, never changes.
 * Called at installation and after every migration; each call brings the cluster to the same state, from any state.
 */
import type { Client, ClientBase } from 'pg';
import { connect } from './pool.ts';
import { roleName, rolePassword, roleUrl, schemaOf, withDatabase } from './url.ts';

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Any constant serves; it only keeps two installers apart. */
const INSTALL_LOCK = 7_201_401;

async function ensureRole(admin: ClientBase, role: string, password: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = rowCount ? 'ALTER' : 'CREATE';
  await admin.query(`${verb} ROLE ${quoteName(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${quoteText(password)}`);
}

/** Creates the two roles of a service and answers their names. */
export async function ensureRoles(admin: ClientBase, clusterUrl: string, name: string): Promise<{ owner: string; service: string }> {
  const owner = roleName(name, 'owner');
  const service = roleName(name, 'service');
  await ensureRole(admin, owner, rolePassword(clusterUrl, owner));
  await ensureRole(admin, service, rolePassword(clusterUrl, service));
  return { owner, service };
}

/** Creates a service's database and roles where they are missing, and closes the database to everybody else. */
export async function installDatabase(clusterUrl: string, name: string): Promise<void> {
  const admin = await connect(withDatabase(clusterUrl, 'postgres'), 'olly-install');
  try {
    await admin.query('SELECT pg_advisory_lock($1)', [INSTALL_LOCK]);
    const { owner, service } = await ensureRoles(admin, clusterUrl, name);
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await admin.query(`CREATE DATABASE ${quoteName(name)} OWNER ${quoteName(owner)}`);
    await closeDatabase(admin, name, service);
  } finally {
    await admin.end();
  }
}

/** Leaves CONNECT to the owner and the service role alone. */
export async function closeDatabase(admin: ClientBase, database: string, service: string): Promise<void> {
  await admin.query(`REVOKE ALL ON DATABASE ${quoteName(database)} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${quoteName(service)}`);
}

/** The tables of a schema that say of themselves that their rows are never changed. */
async function appendOnlyTables(client: ClientBase, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT c.relname AS table FROM pg_class c
     WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND obj_description(c.oid, 'pg_class') ILIKE 'append-only%'`,
    [quoteName(schema)],
  );
  return rows.map((row) => row.table);
}

/** Gives the service role its rights on a migrated schema, and on tables that later migrations make. Runs as the owner. */
export async function grantService(owner: Client, schema: string, service: string): Promise<void> {
  const s = quoteName(schema);
  const role = quoteName(service);
  const statements = [
    `REVOKE CREATE ON SCHEMA ${s} FROM PUBLIC`,
    `GRANT USAGE ON SCHEMA ${s} TO ${role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${s} TO ${role}`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${s} TO ${role}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${s} TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${s} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${s} GRANT USAGE, SELECT ON SEQUENCES TO ${role}`,
    `REVOKE INSERT, UPDATE, DELETE ON ${s}.goose_db_version FROM ${role}`,
  ];
  for (const table of await appendOnlyTables(owner, schema)) {
    statements.push(`REVOKE UPDATE, DELETE, TRUNCATE ON ${s}.${quoteName(table)} FROM ${role}`);
  }
  await owner.query('BEGIN');
  // Two starts at once would trip over each other's catalogue rows ("tuple concurrently updated").
  await owner.query('SELECT pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
  for (const statement of statements) await owner.query(statement);
  await owner.query('COMMIT');
}

/** As `grantService`, by names, on a connection of its own. */
export async function grantDatabase(clusterUrl: string, name: string, database = name): Promise<void> {
  const owner = await connect(roleUrl(clusterUrl, name, 'owner', database), 'olly-grants');
  try {
    await grantService(owner, schemaOf(name), roleName(name, 'service'));
  } finally {
    await owner.end();
  }
}
