/** Files as employers send them: each kind of broken one gets one clear report, and none repeats what the file says. */
import { describe, expect, it } from 'vitest';
import { FileError, rowsOf } from './file.ts';
import { type CheckedRow, checkFamilies, isBad, type RowError } from './row.ts';

const scheme = { productCode: 'UK_GROUP', effectiveFrom: '2026-01-01', today: '2026-03-01' };
const HEADER = 'employee_number,relationship,first_name,last_name,date_of_birth,email,joined_on,plan,region';
const ANN = 'E-1,,Ann,Canary,1990-02-28,ann@example.org,2026-02-01,UK_GROUP,LONDON';
const BOB = 'E-2,EMPLOYEE,Bob,Canary,1985-12-31,,2026-02-01,,LONDON';
const lines = (...rows: string[]): string => [HEADER, ...rows].join('\n');

interface Report {
  readonly whole?: { code: string; row: number | null; column: string | null };
  readonly good: readonly number[];
  readonly errors: readonly RowError[];
}

async function read(content: string | Buffer, contentType = 'text/csv', known: Parameters<typeof checkFamilies>[1] = new Map()): Promise<Report> {
  const rows: CheckedRow[] = [];
  try {
    for await (const row of rowsOf(Buffer.from(content as string), contentType, scheme)) rows.push(row);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    expect(error.message).not.toMatch(/Canary/);
    return { whole: { code: error.code, row: error.row, column: error.column }, good: [], errors: [] };
  }
  const checked = checkFamilies(rows, known);
  const errors = checked.flatMap((one) => (isBad(one) ? one.errors : []));
  expect(JSON.stringify(errors)).not.toMatch(/Canary/);
  return { good: checked.filter((one) => !isBad(one)).map((one) => one.row), errors };
}
const codes = ({ errors }: Report) => errors.map(({ row, column, code }) => [row, column, code]);
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('a file of members', () => {
  it.each([
    ['with commas', lines(ANN, BOB)],
    ['with the byte order mark of a spreadsheet', `\ufeff${lines(ANN, BOB)}`],
    ['with semicolons', lines(ANN, BOB).replaceAll(',', ';')],
    ['with tabs', lines(ANN, BOB).replaceAll(',', '\t')],
    ['with lines as Windows ends them, and one empty at the end', `${lines(ANN, BOB).replaceAll('\n', '\r\n')}\r\n\r\n`],
    ['with a header in capitals and blanks', lines(ANN, BOB).replace('employee_number', 'Employee Number').replace('first_name', 'FIRST-NAME')],
    ['with a delimiter in quotes', lines(ANN.replace('Canary', '"Canary, née O""Hara"'), BOB)],
  ])('is read %s', async (_title, content) => {
    expect(await read(content)).toEqual({ good: [2, 3], errors: [] });
  });

  it('is read as JSON, counted from one', async () => {
    const person = { employee_number: 'E-1', first_name: 'Ann', last_name: 'Zoë', date_of_birth: '1990-02-28', joined_on: '2026-02-01', email: null };
    expect(await read(JSON.stringify([person, { ...person, relationship: 'CHILD', first_name: 'Cy', date_of_birth: '2015-01-01' }]), 'application/json')).toEqual({ good: [1, 2], errors: [] });
  });

  it.each<[string, string | Buffer, string, number | null, string | null, string?]>([
    ['nothing', '', 'FILE_EMPTY', null, null],
    ['a byte order mark and nothing else', '\ufeff \n\n', 'FILE_EMPTY', null, null],
    ['a header and nobody', lines(), 'ROWS_NONE', null, null],
    ['UTF-16', utf16(lines(ANN)), 'ENCODING_INVALID', null, null],
    ['Latin-1', Buffer.from(lines(ANN.replace('Canary', 'Canaryé')), 'latin1'), 'ENCODING_INVALID', null, null],
    ['a spreadsheet itself, not a CSV of it', Buffer.from('PK\u0003\u0004\u0000\u0000sheet'), 'ENCODING_INVALID', null, null],
    ['no header', [ANN, BOB].join('\n'), 'HEADER_MISSING', 1, null],
    ['a header that lacks a column', lines(ANN).replace('date_of_birth,', ''), 'COLUMN_MISSING', 1, 'date_of_birth'],
    ['a column twice', lines(ANN).replace('email', 'last_name'), 'COLUMN_DUPLICATE', 1, 'last_name'],
    ['a column that nobody knows', lines(ANN).replace('email', 'salary'), 'COLUMN_UNKNOWN', 1, null],
    ['a quotation mark that is never closed', lines(ANN.replace('Ann', '"Ann'), BOB), 'QUOTE_NOT_CLOSED', 3, null],
    ['a quotation mark within a quoted value', lines(ANN.replace('Ann', '"An"n"'), BOB), 'QUOTE_INVALID', 2, null],
    ['a row without end', lines(ANN.replace('Ann', 'A'.repeat(30_000))), 'ROW_TOO_LONG', 2, null],
    ['what is no JSON', '[{"employee_number": ', 'JSON_INVALID', null, null, 'application/json'],
    ['JSON that is no list', '{"employees": []}', 'JSON_INVALID', null, null, 'application/json'],
    ['an empty JSON list', '[]', 'ROWS_NONE', null, null, 'application/json'],
  ])('is refused as a whole when it is or has %s', async (_title, content, code, row, column, type) => {
    const { whole, good } = await read(content, type);
    expect({ ...whole, good }).toEqual({ code, row, column, good: [] });
  });

  it.each<[string, string, [number, string | null, string][]]>([
    ['fewer columns than the header', 'E-1,,Ann,Canary', [[2, null, 'COLUMN_COUNT']]],
    ['more columns than the header', `${ANN},x`, [[2, null, 'COLUMN_COUNT']]],
    ['no last name', ANN.replace('Canary', ' '), [[2, 'last_name', 'FIELD_MISSING']]],
    ['a name that is too long', ANN.replace('Canary', 'C'.repeat(101)), [[2, 'last_name', 'TEXT_TOO_LONG']]],
    ['a line break in a name', ANN.replace('Canary', '"Can\nary"'), [[2, 'last_name', 'TEXT_INVALID']]],
    ['a letter that a conversion lost', ANN.replace('Canary', 'Can\ufffdry'), [[2, 'last_name', 'TEXT_INVALID']]],
    ['a formula for a name', ANN.replace('Canary', '=HYPERLINK(A1)'), [[2, 'last_name', 'TEXT_INVALID']]],
    ['a day that no calendar has', ANN.replace('1990-02-28', '1990-02-30'), [[2, 'date_of_birth', 'DATE_INVALID']]],
    ['29 February of a common year', ANN.replace('1990-02-28', '1990-02-29'), [[2, 'date_of_birth', 'DATE_INVALID']]],
    ['a date as people write it', ANN.replace('1990-02-28', '28/02/1990'), [[2, 'date_of_birth', 'DATE_INVALID']]],
    ['the number that a spreadsheet makes of a date', ANN.replace('1990-02-28', '32932'), [[2, 'date_of_birth', 'DATE_INVALID']]],
    ['a birth in the future', ANN.replace('1990-02-28', '2026-03-02'), [[2, 'date_of_birth', 'BIRTH_DATE_IN_FUTURE']]],
    ['a birth beyond every age', ANN.replace('1990-02-28', '1890-02-28'), [[2, 'date_of_birth', 'BIRTH_DATE_TOO_EARLY']]],
    ['a joining before the scheme began', ANN.replace('2026-02-01', '2025-12-31'), [[2, 'joined_on', 'DATE_BEFORE_SCHEME']]],
    ['no day of joining', ANN.replace('2026-02-01', ''), [[2, 'joined_on', 'FIELD_MISSING']]],
    ['a plan that the scheme does not offer', ANN.replace('UK_GROUP', 'GOLD'), [[2, 'plan', 'PLAN_UNKNOWN']]],
    ['no e-mail address for one', ANN.replace('ann@example.org', 'ann'), [[2, 'email', 'EMAIL_INVALID']]],
    ['a relationship that nobody knows', ANN.replace(',,', ',COUSIN,'), [[2, 'relationship', 'RELATIONSHIP_UNKNOWN']]],
    ['two things wrong', ANN.replace('Canary', '').replace('1990-02-28', 'x'), [[2, 'last_name', 'FIELD_MISSING'], [2, 'date_of_birth', 'DATE_INVALID']]],
  ])('has a row with %s: the other is unaffected', async (_title, row, expected) => {
    const report = await read(lines(row, BOB));
    expect(codes(report)).toEqual(expected);
    expect(report.good).toHaveLength(1);
  });

  it('has each employee number once and each person once', async () => {
    const report = await read(lines(ANN, BOB.replace('E-2', 'E-1'), BOB, ANN.replace('E-1', 'E-4')));
    expect(codes(report)).toEqual([[3, 'employee_number', 'DUPLICATE_IN_FILE'], [5, 'last_name', 'DUPLICATE_PERSON']]);
    expect(report.good).toEqual([2, 4]);
  });

  it('covers a family together, and dependants with an employee only', async () => {
    const child = 'E-1,CHILD,Cy,Canary,2015-01-01,,,,';
    expect((await read(lines(ANN, child, BOB))).good).toEqual([2, 3, 4]);
    const broken = await read(lines(ANN, child.replace('2015', '2O15'), BOB, child.replace('E-1', 'E-9')));
    expect(codes(broken)).toEqual([[2, 'employee_number', 'FAMILY_INVALID'], [3, 'date_of_birth', 'DATE_INVALID'], [5, 'employee_number', 'EMPLOYEE_MISSING']]);
    expect(broken.good).toEqual([4]);
  });

  it('tells who is in the scheme already, with what the family is then', async () => {
    const known = new Map([['E-1', { code: 'ALREADY_MEMBER', message: 'There.' }]]);
    expect(codes(await read(lines(ANN, 'E-1,SPOUSE,Di,Canary,1991-01-01,,,,', BOB), 'text/csv', known))).toEqual([[2, 'employee_number', 'ALREADY_MEMBER'], [3, 'employee_number', 'FAMILY_INVALID']]);
  });

  it('numbers rows as a spreadsheet does, empty ones included', async () => {
    expect(codes(await read(lines(ANN, '', '', BOB.replace('1985-12-31', 'x'))))).toEqual([[5, 'date_of_birth', 'DATE_INVALID']]);
  });
});
