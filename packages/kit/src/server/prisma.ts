/**
 * Prisma on the service's own pool, so that a service has one budget of connections. Statements are named by their text: PostgreSQL plans each once a
 * connection.
 */
import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';

const names = new Map<string, string>();
const NAMES_MAX = 5_000;

/** A name that stands for a statement's text. */
export function statementName(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = `p${createHash('sha1').update(sql).digest('base64url')}`;
    if (names.size >= NAMES_MAX) names.delete(names.keys().next().value as string);
    names.set(sql, name);
  }
  return name;
}

/** The adapter that a generated client takes. */
export const prismaAdapter = (pool: Pool, schema: string): PrismaPg => new PrismaPg(pool as never, { schema, statementNameGenerator: (({ sql }: { sql: string }) => statementName(sql)) as never });
