/**
 * Per-request batching. `rowLoader` fetches rows by a unique column, `childLoader` the first rows of many parents: one statement each, however
 * many are asked for. Every row passes the row rule; what may not be seen is null, exactly as what does not exist.
 */
import DataLoader from 'dataloader';
import type { Pool, QueryResultRow } from 'pg';
import type { Ability } from '../auth/access.ts';
import { isId } from '../locator/index.ts';
import { type Connection, connectionOf, type Page, type PageArgs, pageOf } from './pages.ts';
import { statementName } from './prisma.ts';
import { whereSql } from './where.ts';

export interface RowSource {
  readonly pool: Pool;
  /** Qualified, for instance `claims.claims`. Never from input. */
  readonly table: string;
  /** The columns to read, comma-separated; all unless told. For tables with bytes in them. */
  readonly columns?: string;
  /** The ability's name of these rows: the table's own name. Left out for reference data, which has no row rule. */
  readonly subject?: string;
  readonly ability: () => Promise<Ability>;
}

/** The test that each row must pass. */
async function ruleOf({ subject, ability }: RowSource): Promise<(row: object) => boolean> {
  if (subject === undefined) return () => true;
  const who = await ability();
  return (row) => who.sees(subject, row);
}

export type RowLoader<R> = DataLoader<string, R | null>;

/** Keys that the column can hold: an id that is none belongs to no row, and PostgreSQL would call it an error and write it into its log. */
const possible = (keys: readonly string[], type: 'uuid' | 'text'): readonly string[] => (type === 'uuid' ? keys.filter(isId) : keys);

/** Rows by a unique column of type uuid or text. */
export function rowLoader<R extends QueryResultRow>(source: RowSource, column: string, type: 'uuid' | 'text'): RowLoader<R> {
  const text = `SELECT ${source.columns ?? '*'} FROM ${source.table} WHERE ${column} = ANY($1::${type}[])`;
  const name = `row:${source.table}:${column}`;
  return new DataLoader(async (keys) => {
    const [mayBeSeen, { rows }] = await Promise.all([ruleOf(source), source.pool.query<R>({ name, text, values: [possible(keys, type)] })]);
    const seen = new Map(rows.filter(mayBeSeen).map((row) => [row[column] as string, row]));
    return keys.map((key) => seen.get(key) ?? null);
  });
}

/** All rows of each parent in `order` (a column list), for small sets such as a claim's lines. No row rule of their own: the parent's holds. */
export function childrenLoader<R extends QueryResultRow>(
  source: Pick<RowSource, 'pool' | 'table' | 'columns'>,
  parentColumn: string,
  type: 'uuid' | 'text',
  order: string,
): DataLoader<string, R[]> {
  const text = `SELECT ${source.columns ?? '*'} FROM ${source.table} WHERE ${parentColumn} = ANY($1::${type}[]) ORDER BY ${order}`;
  return new DataLoader(async (parents) => {
    const { rows } = await source.pool.query<R>({ name: `children:${source.table}:${parentColumn}`, text, values: [possible(parents, type)] });
    const byParent = group(rows, parentColumn);
    return parents.map((parent) => byParent.get(parent) ?? []);
  });
}

function group<R extends QueryResultRow>(rows: readonly R[], column: string): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const key = row[column] as string;
    const list = groups.get(key);
    if (list) list.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

export interface ChildPages<R> {
  load(parent: string, args: PageArgs): Promise<Connection<R>>;
}

/**
 * A page of children for each of many parents, newest first: one lateral statement for each distinct page asked for in a request. The row rule is part of the
 * statement: a page of rows that were hidden afterwards would be short, and its `hasNextPage` would tell of rows that do not exist for the caller.
 */
export function childPageLoader<R extends QueryResultRow & { id: string }>(source: RowSource, parentColumn: string, type: 'uuid' | 'text'): ChildPages<R> {
  const loaders = new Map<string, DataLoader<string, Connection<R>>>();
  const loaderFor = ({ first, after }: Page) =>
    new DataLoader<string, Connection<R>>(async (parents) => {
      const values: unknown[] = [possible(parents, type), after, first + 1];
      const rule = source.subject === undefined ? 'true' : whereSql((await source.ability()).where(source.subject), values);
      const text = `SELECT child.* FROM unnest($1::${type}[]) AS parent(key) CROSS JOIN LATERAL (
        SELECT ${source.columns ?? '*'} FROM ${source.table} WHERE ${parentColumn} = parent.key AND ($2::uuid IS NULL OR id < $2::uuid) AND ${rule} ORDER BY id DESC LIMIT $3
      ) AS child`;
      const { rows } = await source.pool.query<R>({ name: statementName(text), text, values });
      const byParent = group(rows, parentColumn);
      return parents.map((parent) => {
        const found = byParent.get(parent) ?? [];
        return connectionOf(found.slice(0, first), found.length > first);
      });
    });
  return {
    load(parent, args) {
      const page = pageOf(args);
      const key = `${page.first}:${page.after}`;
      let loader = loaders.get(key);
      if (!loader) {
        loader = loaderFor(page);
        loaders.set(key, loader);
      }
      return loader.load(parent);
    },
  };
}
