/**
 * What a row of a file must be. Pure: cells go in, a person or a list of errors comes out. An error names row, column and code, and never repeats a value of the file: reports travel
 * further than files do.
 */
import { ageOn, type IsoDate, isIsoDate } from '@olly/kit/time';

export interface RowError {
  /** As a spreadsheet numbers it, the header being row 1; of JSON the position in the list, from 1. Null: the file as a whole. */
  readonly row: number | null;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

export type Relationship = 'SELF' | 'SPOUSE' | 'PARTNER' | 'CHILD' | 'OTHER';

/** What a file says of a person. */
export interface RowData {
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: IsoDate;
  readonly email: string | null;
  readonly joinedOn: IsoDate;
  readonly region: string | null;
}

export interface GoodRow {
  readonly row: number;
  readonly employeeNumber: string;
  readonly relationship: Relationship;
  readonly data: RowData;
}
export interface BadRow {
  readonly row: number;
  readonly employeeNumber: string | null;
  readonly errors: readonly RowError[];
}
export type CheckedRow = GoodRow | BadRow;
export const isBad = (row: CheckedRow): row is BadRow => 'errors' in row;

/** Every column, and whether a row must fill it. */
export const COLUMNS = {
  employee_number: true,
  relationship: false,
  first_name: true,
  last_name: true,
  date_of_birth: true,
  email: false,
  joined_on: false,
  plan: false,
  region: false,
} as const;
export type Column = keyof typeof COLUMNS;
export type Cells = Readonly<Partial<Record<Column, string>>>;
/** Without these a header is none; `joined_on` may be left to the dependants' employee. */
export const REQUIRED: readonly Column[] = ['employee_number', 'first_name', 'last_name', 'date_of_birth', 'joined_on'];

const LENGTH_MAX: Readonly<Record<Column, number>> = { employee_number: 40, relationship: 20, first_name: 100, last_name: 100, date_of_birth: 10, email: 200, joined_on: 10, plan: 40, region: 20 };
const RELATIONSHIPS: Readonly<Record<string, Relationship>> = {
  '': 'SELF', EMPLOYEE: 'SELF', SELF: 'SELF', SPOUSE: 'SPOUSE', PARTNER: 'PARTNER', CHILD: 'CHILD', OTHER: 'OTHER',
};
const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f\u0080-\u009f\u2028\u2029\ufffd]/;
/** What a spreadsheet would run, should the report be opened in one. */
const FORMULA = /^[=+@\t\r]/;
const AGE_MAX = 130;

export interface SchemeFacts {
  readonly productCode: string;
  readonly effectiveFrom: IsoDate;
  readonly today: IsoDate;
}

/** Checks one row by itself. */
export function checkRow(row: number, cells: Cells, scheme: SchemeFacts): CheckedRow {
  const errors: RowError[] = [];
  const wrong = (column: Column, code: string, message: string): null => {
    if (!errors.some((one) => one.column === column)) errors.push({ row, column, code, message });
    return null;
  };
  const text = (column: Column): string | null => {
    const value = cells[column]?.trim() ?? '';
    if (value === '') return COLUMNS[column] ? wrong(column, 'FIELD_MISSING', 'This column must be filled.') : null;
    if (value.length > LENGTH_MAX[column]) return wrong(column, 'TEXT_TOO_LONG', `At most ${LENGTH_MAX[column]} characters.`);
    if (CONTROL.test(value)) return wrong(column, 'TEXT_INVALID', 'Line breaks, control characters and characters that were lost in a conversion are not allowed.');
    if (FORMULA.test(value)) return wrong(column, 'TEXT_INVALID', 'A formula is not a value.');
    return value;
  };
  const date = (column: 'date_of_birth' | 'joined_on'): IsoDate | null => {
    const value = text(column);
    if (value === null || isIsoDate(value)) return value;
    return wrong(column, 'DATE_INVALID', 'A day of the calendar, written as 1990-12-31.');
  };

  const employeeNumber = text('employee_number');
  const relation = text('relationship')?.toUpperCase() ?? '';
  const relationship = Object.hasOwn(RELATIONSHIPS, relation) ? (RELATIONSHIPS[relation] as Relationship) : wrong('relationship', 'RELATIONSHIP_UNKNOWN', 'One of EMPLOYEE, SPOUSE, PARTNER, CHILD, OTHER.');
  const [firstName, lastName, dateOfBirth, joinedOn, region] = [text('first_name'), text('last_name'), date('date_of_birth'), date('joined_on'), text('region')];
  const email = text('email');
  if (email !== null && !EMAIL.test(email)) wrong('email', 'EMAIL_INVALID', 'Not an e-mail address.');
  if (dateOfBirth !== null && dateOfBirth > scheme.today) wrong('date_of_birth', 'BIRTH_DATE_IN_FUTURE', 'Not in the future.');
  else if (dateOfBirth !== null && ageOn(dateOfBirth, scheme.today) > AGE_MAX) wrong('date_of_birth', 'BIRTH_DATE_TOO_EARLY', `More than ${AGE_MAX} years ago.`);
  if (relationship === 'SELF' && joinedOn === null) wrong('joined_on', 'FIELD_MISSING', 'An employee joins on a day.');
  if (joinedOn !== null && joinedOn < scheme.effectiveFrom) wrong('joined_on', 'DATE_BEFORE_SCHEME', `The scheme begins on ${scheme.effectiveFrom}.`);
  const plan = text('plan');
  if (plan !== null && plan !== scheme.productCode) wrong('plan', 'PLAN_UNKNOWN', `The scheme offers ${scheme.productCode}.`);
  if (region !== null && !/^[A-Z0-9][A-Z0-9 _-]{0,19}$/.test(region)) wrong('region', 'REGION_INVALID', 'A rating area as the product names it, in capital letters.');

  if (errors.length > 0 || !employeeNumber || !relationship || !firstName || !lastName || !dateOfBirth) return { row, employeeNumber, errors };
  return { row, employeeNumber, relationship, data: { firstName, lastName, dateOfBirth, email, joinedOn: joinedOn ?? scheme.effectiveFrom, region } };
}

const bad = (good: GoodRow, column: Column, code: string, message: string): BadRow => ({ row: good.row, employeeNumber: good.employeeNumber, errors: [{ row: good.row, column, code, message }] });

/** What rows are to one another: an employee number once, a person once, dependants with their employee, and families as a whole. `known` are the numbers that may not join. */
export function checkFamilies(rows: readonly CheckedRow[], known: ReadonlyMap<string, { readonly code: string; readonly message: string }>): CheckedRow[] {
  const employees = new Map<string, number>();
  const people = new Set<string>();
  const claimed = new Set(rows.flatMap((one) => (isBad(one) && one.employeeNumber ? [one.employeeNumber] : [])));
  const checked = rows.map((one): CheckedRow => {
    if (isBad(one)) return one;
    const person = [one.data.firstName, one.data.lastName, one.data.dateOfBirth].join('\u001f').toLowerCase();
    if (one.relationship === 'SELF') {
      const first = employees.get(one.employeeNumber);
      if (first !== undefined) return bad(one, 'employee_number', 'DUPLICATE_IN_FILE', `The number is in row ${first} as well.`);
      employees.set(one.employeeNumber, one.row);
      const met = known.get(one.employeeNumber);
      if (met) return bad(one, met.code === 'DATE_BEFORE_LEAVING' ? 'joined_on' : 'employee_number', met.code, met.message);
    }
    if (people.has(person)) return bad(one, 'last_name', 'DUPLICATE_PERSON', 'The same name and date of birth stand in an earlier row.');
    people.add(person);
    return one;
  });
  const orphans = checked.map((one) =>
    !isBad(one) && one.relationship !== 'SELF' && !employees.has(one.employeeNumber) && !claimed.has(one.employeeNumber)
      ? bad(one, 'employee_number', 'EMPLOYEE_MISSING', 'No row of an employee has this number.')
      : one);
  const broken = new Map<string, number>();
  for (const one of orphans) if (isBad(one) && one.employeeNumber && !one.errors.some(({ code }) => code === 'DUPLICATE_IN_FILE')) broken.set(one.employeeNumber, one.row);
  return orphans.map((one) => {
    const cause = isBad(one) ? undefined : broken.get(one.employeeNumber);
    return cause === undefined ? one : bad(one as GoodRow, 'employee_number', 'FAMILY_INVALID', `A family is covered together; row ${cause} is wrong.`);
  });
}
