/**
 * Calls a subgraph's schema in a test as anybody, on a real database, and counts the SQL statements it took. What another service would answer is given as a
 * function of the operation: the boundary of the test is the wire, never a store.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphql } from 'graphql';
import type { PoolClient } from 'pg';
import { type AccessMatrix, type Identity, parseAccessMatrix, serviceIdentity } from '../auth/index.ts';
import { type Ids, randomIds } from '../locator/index.ts';
import { requestBase, schemaOf, type ServiceClient, type Subgraph, type SubgraphDeps } from '../server/index.ts';
import type { Clock } from '../time/index.ts';
import { manualClock } from '../time/index.ts';
import { repositoryRoot, type TestDatabase } from './database.ts';

/** Data and errors of one operation; `codes` are the errors' codes. */
export interface TestAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  readonly data: any;
  readonly errors: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly code: string }[];
  readonly codes: readonly string[];
  /** SQL statements that it took. */
  readonly statements: number;
}

export interface TestSubgraph {
  readonly deps: SubgraphDeps;
  readonly clock: Clock & { set(moment: string): void; advance(ms: number): void };
  // biome-ignore lint/suspicious/noExplicitAny: the services of whichever subgraph is tested
  readonly services: any;
  /** Runs an operation as somebody. */
  ask(who: Identity, query: string, variables?: Record<string, unknown>): Promise<TestAnswer>;
  /** As `ask`; throws when there are errors, answers the data. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  data(who: Identity, query: string, variables?: Record<string, unknown>): Promise<any>;
}

/** What other services answer: by name, then an answer for each operation. */
export type FakeServices = Readonly<Record<string, (document: string, variables: Record<string, unknown>) => unknown>>;

let matrix: AccessMatrix | undefined;
/** The matrix of docs/access.md. */
export function accessMatrix(): AccessMatrix {
  matrix ??= parseAccessMatrix(readFileSync(join(repositoryRoot(), 'docs/access.md'), 'utf8'));
  return matrix;
}

/** A person for tests. */
export const person = (roles: readonly string[], party?: { id: string; locator: string }, actsFor: Record<string, string> = {}): Identity => ({
  subject: `test-${roles.join('-')}-${party?.locator ?? 'staff'}`,
  kind: 'person',
  roles,
  scopes: [],
  actsFor,
  ...(party && { party }),
});

/** A service for tests. */
export const service = (name: string): Identity => serviceIdentity(name);

/** Counts statements on whatever connection of a pool they run. */
function countStatements(db: TestDatabase): () => number {
  let count = 0;
  const known = new WeakSet<object>();
  db.pool.on('acquire', (client: PoolClient) => {
    if (known.has(client)) return;
    known.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    (client as { query: unknown }).query = (...args: unknown[]) => {
      count += 1;
      return query(...args);
    };
  });
  return () => count;
}

/** Puts a subgraph on a test database. `start` is where the business clock stands. */
export function testSubgraph(subgraph: Subgraph, db: TestDatabase, options: { services?: FakeServices; start?: string; ids?: Ids } = {}): TestSubgraph {
  const clock = manualClock(options.start ?? '2026-03-01T09:00:00Z');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const ids = options.ids ?? randomIds;
  const client = (name: string): ServiceClient => ({
    async query<T>(document: string, variables: Record<string, unknown>): Promise<T> {
      const answer = options.services?.[name];
      if (!answer) throw new Error(`the test does not say what ${name} answers`);
      return (await answer(document, variables)) as T;
    },
    close: async () => {},
  });
  const deps: SubgraphDeps = { pool: db.pool, clock, ids, log, service: client };
  const services = subgraph.services(deps);
  const schema = schemaOf(subgraph, repositoryRoot());
  const statements = countStatements(db);
  let requests = 0;

  async function ask(who: Identity, source: string, variableValues: Record<string, unknown> = {}): Promise<TestAnswer> {
    requests += 1;
    const base = requestBase(subgraph, { ...deps, matrix: accessMatrix() }, who, `test-${requests}`);
    const before = statements();
    const { data, errors = [] } = await graphql({ schema, source, variableValues, contextValue: subgraph.context(base, services) });
    const told = errors.map((error) => ({ message: error.message, path: error.path, code: (error.extensions.code as string | undefined) ?? error.originalError?.name ?? 'GRAPHQL' }));
    return { data, errors: told, codes: told.map((error) => error.code), statements: statements() - before };
  }
  return {
    deps,
    clock,
    services,
    ask,
    async data(who, query, variables) {
      const { data, errors } = await ask(who, query, variables);
      if (errors.length > 0) throw new Error(errors.map((error) => `${error.code}: ${error.message}`).join('\n'));
      return data;
    },
  };
}
