/**
 * What the commands know of the repository: its root, the names of the 13 services and where their parts are. One name everywhere:
 * folder = database = schema = subgraph.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const SUBGRAPHS = [
  'claims', 'eligibility', 'enrollment', 'billing', 'provider', 'notifications', 'policy_admin',
  'consent', 'documents', 'triage', 'care', 'group_scheme', 'broker_api',
] as const;

export const root: string = process.env.OLLY_ROOT ?? process.cwd();
export const inRoot = (...parts: readonly string[]): string => join(root, ...parts);
export const sdlFile = (name: string): string => inRoot('schema/subgraphs', `${name}.graphql`);
export const migrationsOf = (name: string): string => inRoot('subgraphs', name, 'migrations');

export const hasSdl = (name: string): boolean => existsSync(sdlFile(name));
export const hasMigrations = (name: string): boolean => existsSync(migrationsOf(name)) && readdirSync(migrationsOf(name)).some((file) => file.endsWith('.sql'));

/** The services named in the arguments, or all; throws on a name that is none. */
export function chosen(names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !(SUBGRAPHS as readonly string[]).includes(name));
  if (unknown) throw new Error(`There is no service "${unknown}". The services: ${SUBGRAPHS.join(', ')}.`);
  return names.length > 0 ? names : SUBGRAPHS;
}

/** The services that can run: their schema and their code exist. */
export const runnable = (): readonly string[] => SUBGRAPHS.filter((name) => hasSdl(name) && existsSync(inRoot('subgraphs', name, 'src/subgraph.ts')));
