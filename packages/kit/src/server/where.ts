/**
 * A row rule as SQL. The ability answers rules as a Prisma `where`; statements written by hand need the same rule inside them, because a page must be cut after
 * the rows that may not be seen are gone. It knows the few forms in which src/access.ts of the services are written and throws on any other, so that a
 * rule it does not understand shows nothing instead of everything. Values are always parameters; names come from code.
 */
type Where = Readonly<Record<string, unknown>>;

const COLUMN = /^[a-z][a-z0-9_]*$/;
const isWhere = (value: unknown): value is Where => typeof value === 'object' && value !== null && !Array.isArray(value);

/** SQL that is true for the rows that the `where` lets through; its values are appended to `values`, the parameters of the statement. */
export function whereSql(where: Where, values: unknown[]): string {
  const conditions = Object.entries(where).map(([key, value]) => {
    if (key === 'OR' || key === 'AND') return joined(key, value, values);
    if (!COLUMN.test(key)) throw new Error(`A row rule cannot be read: ${key}`);
    return condition(key, value, values);
  });
  return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`;
}

function joined(operator: 'OR' | 'AND', value: unknown, values: unknown[]): string {
  const parts = (Array.isArray(value) ? value : [value]).map((part) => {
    if (!isWhere(part)) throw new Error(`A row rule cannot be read: ${operator} of something else than conditions`);
    return whereSql(part, values);
  });
  if (parts.length === 0) return operator === 'OR' ? 'false' : 'true';
  return `(${parts.join(` ${operator} `)})`;
}

/** Compared as text: ids and locators alike are text in a rule, and the parent's index has found the rows already. */
function condition(column: string, value: unknown, values: unknown[]): string {
  const parameter = (one: unknown) => `$${values.push(one)}`;
  if (value === null) return `${column} IS NULL`;
  if (typeof value === 'string') return `${column}::text = ${parameter(value)}::text`;
  if (isWhere(value)) {
    const [[operator, operand] = ['', undefined], ...more] = Object.entries(value);
    if (more.length === 0 && operator === 'in' && Array.isArray(operand)) return `${column}::text = ANY(${parameter(operand)}::text[])`;
    if (more.length === 0 && operator === 'has' && typeof operand === 'string') return `${parameter(operand)}::text = ANY(${column}::text[])`;
    if (more.length === 0 && operator === 'equals') return condition(column, operand, values);
  }
  throw new Error(`A row rule cannot be read: ${column}`);
}
