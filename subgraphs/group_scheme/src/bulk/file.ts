/**
 * Reads a file of members as it flows: CSV as spreadsheets write it (comma, semicolon or tab; with or without a byte order mark; quotes) or a JSON list. What cannot be read at all is one
 * `FileError`; what is wrong with a row is told by `row.ts`. Words of the parser are never passed on: they quote the file.
 */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type BadRow, type Cells, type CheckedRow, COLUMNS, type Column, checkRow, REQUIRED, type SchemeFacts } from './row.ts';

export const ROWS_MAX = 50_000;
const RECORD_CHARACTERS_MAX = 20_000;
const CHUNK_BYTES = 64 * 1024;

/** The file as a whole cannot be used; `row` where it can be told. */
export class FileError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly row: number | null = null,
    readonly column: string | null = null,
  ) {
    super(message);
  }
}

function decoded(content: Buffer): string {
  const [a, b] = content;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) throw new FileError('ENCODING_INVALID', 'The file is UTF-16; save it as CSV in UTF-8.');
  if (content.includes(0)) throw new FileError('ENCODING_INVALID', 'The file has NUL characters; it is not text.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new FileError('ENCODING_INVALID', 'The file is not UTF-8 throughout; save it as CSV in UTF-8.');
  }
}

function* chunks(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += CHUNK_BYTES) yield content.subarray(at, at + CHUNK_BYTES);
}

/** The character that parts the header's columns most often. */
function delimiterOf(text: string): string {
  const [header = ''] = text.slice(0, RECORD_CHARACTERS_MAX).split(/\r?\n|\r/, 1);
  const counted = [',', ';', '\t'].map((one) => [header.split(one).length, one] as const);
  return counted.reduce((best, one) => (one[0] > best[0] ? one : best))[1];
}

const nameOf = (cell: string): string => cell.trim().toLowerCase().replaceAll(/[\s-]+/g, '_');

function headerOf(cells: readonly string[]): Column[] {
  const names = cells.map(nameOf);
  if (names.every((name) => name === '')) throw new FileError('HEADER_MISSING', `The first row names the columns: ${Object.keys(COLUMNS).join(', ')}.`, 1);
  const known = names.filter((name) => Object.hasOwn(COLUMNS, name));
  if (known.length === 0) throw new FileError('HEADER_MISSING', `The first row names the columns: ${Object.keys(COLUMNS).join(', ')}.`, 1);
  const unknown = names.findIndex((name) => !Object.hasOwn(COLUMNS, name));
  if (unknown >= 0) throw new FileError('COLUMN_UNKNOWN', `Column ${unknown + 1} of the header is none of ${Object.keys(COLUMNS).join(', ')}.`, 1);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new FileError('COLUMN_DUPLICATE', 'A column is there twice.', 1, twice);
  const missing = REQUIRED.find((name) => !names.includes(name));
  if (missing) throw new FileError('COLUMN_MISSING', 'A column is missing.', 1, missing);
  return names as Column[];
}

const CSV_ERRORS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  CSV_QUOTE_NOT_CLOSED: ['QUOTE_NOT_CLOSED', 'A quotation mark is opened and never closed.'],
  CSV_INVALID_CLOSING_QUOTE: ['QUOTE_INVALID', 'A quotation mark stands within a quoted value; write it twice.'],
  INVALID_OPENING_QUOTE: ['QUOTE_INVALID', 'A quotation mark stands within a value; put the whole value into quotation marks.'],
  CSV_MAX_RECORD_SIZE: ['ROW_TOO_LONG', `A row has more than ${RECORD_CHARACTERS_MAX} characters.`],
};

async function* csvRows(content: Buffer, text: string, scheme: SchemeFacts): AsyncGenerator<CheckedRow> {
  const parser = Readable.from(chunks(content)).pipe(
    parse({ bom: true, delimiter: delimiterOf(text), relax_column_count: true, skip_empty_lines: true, info: true, max_record_size: RECORD_CHARACTERS_MAX }),
  );
  let header: Column[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { records: number; empty_lines: number } }>) {
      if (!header) {
        header = headerOf(record);
        continue;
      }
      const row = info.records + info.empty_lines;
      if (record.every((cell) => cell.trim() === '')) continue;
      if (record.length !== header.length) {
        yield { row, employeeNumber: null, errors: [{ row, column: null, code: 'COLUMN_COUNT', message: `The header has ${header.length} columns, the row has ${record.length}.` }] } satisfies BadRow;
        continue;
      }
      yield checkRow(row, Object.fromEntries(header.map((column, index) => [column, record[index]])) as Cells, scheme);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const [code, message] = CSV_ERRORS[error.code] ?? ['CSV_INVALID', 'The file is not CSV.'];
    throw new FileError(code, message, typeof error.lines === 'number' ? error.lines : null);
  }
  if (!header) throw new FileError('FILE_EMPTY', 'The file is empty.');
}

function* jsonRows(text: string, scheme: SchemeFacts): Generator<CheckedRow> {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new FileError('JSON_INVALID', 'The file is not JSON.');
  }
  if (!Array.isArray(list)) throw new FileError('JSON_INVALID', 'The file is a list of people: [{ "employee_number": … }, …].');
  for (const [index, item] of list.entries()) {
    const row = index + 1;
    const wrong = (column: string | null, code: string, message: string): BadRow => ({ row, employeeNumber: null, errors: [{ row, column, code, message }] });
    if (item === null || typeof item !== 'object' || Array.isArray(item)) yield wrong(null, 'VALUE_INVALID', 'A person is an object.');
    else {
      const entries = Object.entries(item as Record<string, unknown>).filter(([, value]) => value !== null);
      const unknown = entries.some(([name]) => !Object.hasOwn(COLUMNS, name));
      const notText = entries.find(([name, value]) => Object.hasOwn(COLUMNS, name) && typeof value !== 'string');
      if (unknown) yield wrong(null, 'COLUMN_UNKNOWN', `A field is none of ${Object.keys(COLUMNS).join(', ')}.`);
      else if (notText) yield wrong(notText[0], 'VALUE_INVALID', 'Written as text.');
      else yield checkRow(row, Object.fromEntries(entries) as Cells, scheme);
    }
  }
}

/** The rows of a file, each checked by itself. Throws `FileError`. */
export async function* rowsOf(content: Buffer, contentType: string, scheme: SchemeFacts): AsyncGenerator<CheckedRow> {
  const text = decoded(content);
  if (text.trim() === '') throw new FileError('FILE_EMPTY', 'The file is empty.');
  let rows = 0;
  for await (const row of contentType === 'application/json' ? jsonRows(text, scheme) : csvRows(content, text, scheme)) {
    rows += 1;
    if (rows > ROWS_MAX) throw new FileError('ROWS_TOO_MANY', `At most ${ROWS_MAX} rows; send the file in parts.`);
    yield row;
  }
  if (rows === 0) throw new FileError('ROWS_NONE', 'There is nobody in the file.');
}
