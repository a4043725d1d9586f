/**
 * The scalars of schema/common.graphql. Input is checked here, once: what is not a plain date, decimal, currency or
 * JSON value without NUL characters is BAD_USER_INPUT before a resolver sees it.
 */
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { badInput } from '../errors/index.ts';
import { isCurrency } from '../money/index.ts';
import { isIsoDate } from '../time/index.ts';

function textScalar(name: string, accepts: (text: string) => boolean, expectation: string, serialize = (v: unknown) => v): GraphQLScalarType {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string' || !accepts(value)) throw badInput(`${name}: ${expectation}`);
    return value;
  };
  return new GraphQLScalarType({
    name,
    serialize,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DECIMAL = /^-?\d{1,15}(\.\d{1,10})?$/;

function plainJson(value: unknown, depth = 0): unknown {
  if (depth > 20) throw badInput('JSON: at most 20 levels deep');
  if (typeof value === 'string' && value.includes('\0')) throw badInput('JSON: NUL characters are not allowed');
  if (Array.isArray(value)) return value.map((v) => plainJson(v, depth + 1));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, v]) => {
        if (key === '__proto__' || key.startsWith('$')) throw badInput('JSON: keys starting with "$" or named "__proto__" are not allowed');
        return [key, plainJson(v, depth + 1)];
      }),
    );
  }
  return value;
}

function literal(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map((v) => literal(v, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((f) => [f.name.value, literal(f.value, variables)]));
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    default:
      return null;
  }
}

export const scalars: Record<string, GraphQLScalarType> = {
  Date: textScalar('Date', isIsoDate, 'a date is "YYYY-MM-DD" and exists in the calendar'),
  DateTime: textScalar(
    'DateTime',
    (t) => MOMENT.test(t) && !Number.isNaN(Date.parse(t)),
    'a moment is RFC 3339, for instance "2026-03-01T09:00:00Z"',
    (v) => (v instanceof Date ? v.toISOString() : v),
  ),
  Decimal: textScalar('Decimal', (t) => DECIMAL.test(t), 'a plain decimal as text, for instance "12.50"', (v) => String(v)),
  Currency: textScalar('Currency', isCurrency, 'an ISO 4217 code such as "GBP"'),
  JSON: new GraphQLScalarType({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => plainJson(value),
    parseLiteral: (node, variables) => plainJson(literal(node, variables)),
  }),
};
