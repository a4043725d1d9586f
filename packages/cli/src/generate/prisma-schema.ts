/**
 * Writes a Prisma schema from a catalog: models and fields are named exactly as tables and columns, references within the database become relations.
 * Pure. The schema is set by the adapter at run time, so no `@@schema` is needed and a test's copy works as well.
 */
import type { Catalog, Column, Key, Reference } from './catalog.ts';

const PLAIN: Readonly<Record<string, string>> = {
  text: 'String',
  uuid: 'String @db.Uuid',
  bool: 'Boolean',
  int2: 'Int @db.SmallInt',
  int4: 'Int',
  int8: 'BigInt',
  float4: 'Float @db.Real',
  float8: 'Float',
  date: 'DateTime @db.Date',
  timestamptz: 'DateTime @db.Timestamptz(6)',
  timestamp: 'DateTime @db.Timestamp(6)',
  json: 'Json @db.Json',
  jsonb: 'Json',
  bytea: 'Bytes',
  inet: 'String @db.Inet',
};
const SIZED: Readonly<Record<string, readonly [string, string]>> = {
  varchar: ['String', 'VarChar'],
  bpchar: ['String', 'Char'],
  numeric: ['Decimal', 'Decimal'],
};

/** A column's Prisma type and its `@db` attribute. */
function typeOf(column: Column): { type: string; native: string } {
  const isList = column.type.startsWith('_');
  const base = isList ? column.type.slice(1) : column.type;
  const mark = isList ? '[]' : column.isNullable ? '?' : '';
  const sized = SIZED[base];
  if (sized) {
    const size = /\(([\d,]+)\)/.exec(column.sqlType)?.[1];
    return { type: `${sized[0]}${mark}`, native: size ? ` @db.${sized[1]}(${size.replace(',', ', ')})` : base === 'varchar' ? ' @db.VarChar' : '' };
  }
  const [type, native] = (PLAIN[base] ?? '').split(' ');
  if (!type) return { type: `Unsupported(${JSON.stringify(column.sqlType)})${column.isNullable ? '?' : ''}`, native: '' };
  return { type: `${type}${mark}`, native: native ? ` ${native}` : '' };
}

const list = (columns: readonly string[]) => `[${columns.join(', ')}]`;
const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((name) => b.includes(name));

function columnLine(column: Column, keys: readonly Key[]): string {
  const { type, native } = typeOf(column);
  const alone = keys.filter((key) => key.columns.length === 1 && key.columns[0] === column.name);
  const marks = [
    alone.some((key) => key.isPrimary) ? ' @id' : alone.length > 0 ? ' @unique' : '',
    column.isIdentity ? ' @default(autoincrement())' : column.hasDefault && !type.startsWith('Unsupported') ? ' @default(dbgenerated())' : '',
  ];
  return `  ${column.name} ${type}${marks.join('')}${native}`;
}

/** Gives a relation a name that no column or other relation of the model has. */
function take(taken: Set<string>, ...wishes: readonly string[]): string {
  const name = wishes.find((wish) => !taken.has(wish)) as string;
  taken.add(name);
  return name;
}

function relationLines(catalog: Catalog, table: string, taken: Set<string>): string[] {
  const column = (reference: Reference, name: string) => catalog.columns.find((c) => c.table === reference.table && c.name === name);
  const out = catalog.references.filter((reference) => reference.table === table).map((reference) => {
    const plain = reference.columns.at(-1) as string;
    const field = take(taken, plain.replace(/_(id|locator)$/, ''), `${plain}_row`, reference.name);
    const mark = reference.columns.some((name) => column(reference, name)?.isNullable) ? '?' : '';
    return `  ${field} ${reference.target}${mark} @relation("${reference.name}", fields: ${list(reference.columns)}, references: ${list(reference.targetColumns)}, onDelete: NoAction, onUpdate: NoAction)`;
  });
  const back = catalog.references.filter((reference) => reference.target === table).map((reference) => {
    const isOne = catalog.keys.some((key) => key.table === reference.table && same(key.columns, reference.columns));
    const field = take(taken, reference.table, `${reference.table}_by_${reference.columns.join('_')}`, `${reference.name}_rows`);
    return `  ${field} ${reference.table}${isOne ? '?' : '[]'} @relation("${reference.name}")`;
  });
  return [...out, ...back];
}

function model(catalog: Catalog, table: string): string {
  const columns = catalog.columns.filter((column) => column.table === table);
  const keys = catalog.keys.filter((key) => key.table === table);
  const many = keys.filter((key) => key.columns.length > 1).map((key) => `  ${key.isPrimary ? '@@id' : '@@unique'}(${list(key.columns)})`);
  const lines = [
    ...columns.map((column) => columnLine(column, keys)),
    ...relationLines(catalog, table, new Set(columns.map((column) => column.name))),
    ...many,
    ...(keys.length === 0 ? ['  @@ignore'] : []),
  ];
  return `model ${table} {\n${lines.join('\n')}\n}\n`;
}

/** The whole file. `name` is the service. */
export function prismaSchema(name: string, catalog: Catalog): string {
  const tables = [...new Set(catalog.columns.map((column) => column.table))];
  return `// Made from the migrated database by "pnpm generate"; change the migrations instead.
generator client {
  provider               = "prisma-client"
  output                 = "../subgraphs/${name}/generated/prisma"
  runtime                = "nodejs"
  moduleFormat           = "esm"
  generatedFileExtension = "ts"
  importFileExtension    = "ts"
}

datasource db {
  provider = "postgresql"
}

${tables.map((table) => model(catalog, table)).join('\n')}`;
}
