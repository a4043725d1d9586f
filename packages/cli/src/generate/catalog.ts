/**
 * Reads what a migrated schema holds: tables, columns, keys and references. The database is the truth; the Prisma schema is made from it.
 */
import type { Client } from 'pg';

export interface Column {
  readonly table: string;
  readonly name: string;
  /** PostgreSQL's own name of the type, `timestamptz`; arrays begin with an underscore. */
  readonly type: string;
  /** As written in SQL, `character varying(3)`. */
  readonly sqlType: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  readonly isIdentity: boolean;
}

export interface Key {
  readonly table: string;
  readonly name: string;
  readonly isPrimary: boolean;
  readonly columns: readonly string[];
}

export interface Reference {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
}

export interface Catalog {
  readonly columns: readonly Column[];
  readonly keys: readonly Key[];
  readonly references: readonly Reference[];
}

const COLUMNS = `
  SELECT c.relname AS table, a.attname AS name, t.typname AS type, format_type(a.atttypid, a.atttypmod) AS "sqlType",
         NOT a.attnotnull AS "isNullable", a.atthasdef OR a.attidentity <> '' AS "hasDefault", a.attidentity <> '' AS "isIdentity"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
  WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'goose_db_version'
  ORDER BY c.relname, a.attnum`;

const names = (relation: string, numbers: string) =>
  `(SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(${numbers}) WITH ORDINALITY k(num, n) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.num)`;

/** Unique indexes with a condition or an expression are no keys of the table. */
const KEYS = `
  SELECT c.relname AS table, i.relname AS name, x.indisprimary AS "isPrimary", ${names('c.oid', 'x.indkey::int2[]')} AS columns
  FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
  WHERE c.relnamespace = $1::regnamespace AND x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL AND c.relname <> 'goose_db_version'
  ORDER BY c.relname, x.indisprimary DESC, i.relname`;

const REFERENCES = `
  SELECT k.conname AS name, c.relname AS table, ${names('c.oid', 'k.conkey')} AS columns, f.relname AS target, ${names('f.oid', 'k.confkey')} AS "targetColumns"
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
  WHERE k.contype = 'f' AND c.relnamespace = $1::regnamespace AND f.relnamespace = $1::regnamespace
  ORDER BY c.relname, k.conname`;

/** Reads one schema's tables; Goose's own is left out. */
export async function readCatalog(client: Client, schema: string): Promise<Catalog> {
  const columns = await client.query<Column>(COLUMNS, [schema]);
  const keys = await client.query<Key>(KEYS, [schema]);
  const references = await client.query<Reference>(REFERENCES, [schema]);
  return { columns: columns.rows, keys: keys.rows, references: references.rows };
}
