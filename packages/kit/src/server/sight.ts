/**
 * What a limited view hides. A row that a caller may see only in part keeps its shape: the hidden fields are null, as if they had never been filled in.
 */
import type { Ability } from '../auth/access.ts';

type Resolver<R> = (row: R, args: never, context: { ability(): Promise<Ability> }) => Promise<unknown>;

const snake = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Resolvers of plain columns that answer only to those who see the whole row. `hidden` is what the others get, null unless told. */
export function fullSightOnly<R extends object>(table: string, fields: readonly string[], hidden: unknown = null): Record<string, Resolver<R>> {
  const resolver = (field: string): Resolver<R> => async (row, _args, { ability }) => {
    if (!(await ability()).seesFully(table, row)) return hidden;
    const values = row as Record<string, unknown>;
    return values[field] ?? values[snake(field)];
  };
  return Object.fromEntries(fields.map((field) => [field, resolver(field)]));
}

/** The same for a resolver of its own. */
export function whenSeenFully<R extends object, A, C extends { ability(): Promise<Ability> }, T>(table: string, resolve: (row: R, args: A, context: C) => T | Promise<T>) {
  return async (row: R, args: A, context: C): Promise<T | null> => ((await context.ability()).seesFully(table, row) ? resolve(row, args, context) : null);
}
