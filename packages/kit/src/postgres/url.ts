/**
 * Where a service's database is. `<NAME>_DATABASE_URL` names one database as its service role, `<NAME>_OWNER_DATABASE_URL` as its
 * owner (migrations only); without them both follow from `DATABASE_URL`, the cluster's administrator, as on one machine.
 * The passwords of derived roles are an HMAC of the administrator's, so that every process derives the same ones.
 */
import { createHmac } from 'node:crypto';

export type DatabaseRole = 'service' | 'owner';
export type Environment = Readonly<Record<string, string | undefined>>;

/** The role's name in the cluster: `claims_service`, `claims_owner`. */
export const roleName = (name: string, role: DatabaseRole): string => `${name}_${role}`;

/** The schema of a database's tables: its own name, but `care` keeps its tables in `public`. */
export const schemaOf = (name: string): string => (name === 'care' ? 'public' : name);

/** The password of a derived role. */
export function rolePassword(clusterUrl: string, role: string): string {
  const secret = decodeURIComponent(new URL(clusterUrl).password);
  return createHmac('sha256', `olly-role:${secret}`).update(role).digest('base64url');
}

/** The URL of database `name` in a cluster, for one of its two roles. */
export function roleUrl(clusterUrl: string, name: string, role: DatabaseRole, database = name): string {
  const url = new URL(clusterUrl);
  url.username = roleName(name, role);
  url.password = rolePassword(clusterUrl, url.username);
  url.pathname = `/${database}`;
  return url.toString();
}

/** The administrator's URL of one database in a cluster. */
export function withDatabase(clusterUrl: string, database: string): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

/** The URL of a service's database from the environment; throws, naming the variables, when neither is set. */
export function databaseUrl(name: string, role: DatabaseRole = 'service', env: Environment = process.env): string {
  const variable = `${name.toUpperCase()}_${role === 'owner' ? 'OWNER_' : ''}DATABASE_URL`;
  const own = env[variable];
  if (own) return own;
  if (env.DATABASE_URL) return roleUrl(env.DATABASE_URL, name, role);
  throw new Error(`Set ${variable}, or DATABASE_URL for the whole cluster.`);
}
