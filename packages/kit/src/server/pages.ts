/**
 * Relay connections with keyset cursors. Every list is in the order of `id` (UUIDv7, so: of creation), newest first unless said otherwise;
 * a cursor is an id in disguise, and a page never costs more with a longer table.
 */
import { badInput } from '../errors/index.ts';
import { isId } from '../locator/index.ts';

export const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;

export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

export interface Page {
  readonly first: number;
  /** The id after which the page starts. */
  readonly after: string | null;
}

export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export const encodeCursor = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (!isId(id)) throw badInput('after: not a cursor of this connection', 'after');
  return id;
}

/** Reads `first` and `after`. Throws BAD_USER_INPUT for a page below 1 or above 100 and for a cursor that is none. */
export function pageOf({ first, after }: PageArgs): Page {
  const size = first ?? PAGE_DEFAULT;
  if (size < 1 || size > PAGE_MAX) throw badInput(`first: between 1 and ${PAGE_MAX}`, 'first');
  return { first: size, after: after == null ? null : decodeCursor(after) };
}

/** Makes a connection of the rows of a page and the knowledge whether more follow. */
export function connectionOf<T extends { id: string }>(rows: readonly T[], hasNextPage: boolean): Connection<T> {
  const last = rows.at(-1);
  return {
    edges: rows.map((node) => ({ cursor: encodeCursor(node.id), node })),
    nodes: rows,
    pageInfo: { hasNextPage, endCursor: last ? encodeCursor(last.id) : null },
  };
}

interface FindMany {
  findMany(args: { where: object; select: { id: true }; orderBy: { id: 'asc' | 'desc' }; take: number }): PromiseLike<{ id: string }[]>;
}

/**
 * One page of a root list: Prisma decides which rows and in which order (its `where` holds the row rules), the loader fetches them.
 * Two statements, whatever the page.
 */
export async function listPage<T extends { id: string }>(
  model: FindMany,
  where: object,
  args: PageArgs,
  loadMany: (ids: readonly string[]) => Promise<readonly (T | Error | null)[]>,
  order: 'asc' | 'desc' = 'desc',
): Promise<Connection<T>> {
  const { first, after } = pageOf(args);
  const keyset = after ? [{ id: { [order === 'desc' ? 'lt' : 'gt']: after } }] : [];
  const keys = await model.findMany({ where: { AND: [where, ...keyset] }, select: { id: true }, orderBy: { id: order }, take: first + 1 });
  const rows = await loadMany(keys.slice(0, first).map((k) => k.id));
  return connectionOf(
    rows.filter((row): row is Awaited<T> & T => row !== null && !(row instanceof Error)),
    keys.length > first,
  );
}
