import { buildSchema, getVariableValues, type GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { withoutValues } from './http/errors.ts';

const schema = buildSchema('type Query { ask(input: In!): Int } input In { text: String count: Int! kind: Kind inner: In } enum Kind { SMALL LARGE }');
const operation = parse('query ($input: In!) { ask(input: $input) }').definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
const messagesOf = (input: unknown): string[] =>
  (getVariableValues(schema, operation?.variableDefinitions ?? [], { input }).errors ?? []).map((error: GraphQLError) => withoutValues(error.message));

describe('the error of a variable that does not fit', () => {
  it.each<[string, unknown, string]>([
    ['a field too many', { text: 'secret', count: 1, status: 'x' }, 'Variable "$input" got an invalid value; Field "status" is not defined by type "In".'],
    ['a field too few', { text: 'secret' }, 'Variable "$input" got an invalid value; Field "count" of required type "Int!" was not provided.'],
    ['a number that is text', { count: 'secret; Expected type' }, 'Variable "$input" got an invalid value.'],
    ['a word that is none of an enum', { count: 1, kind: 'secret' }, 'Variable "$input" got an invalid value.'],
    ['something deep down', { count: 1, inner: { count: 1, kind: ['secret'] } }, 'Variable "$input" got an invalid value.'],
    ['null', null, 'Variable "$input" of non-null type "In!" must not be null.'],
  ])('does not repeat what was sent: %s', (_what, input, expected) => {
    const [message = ''] = messagesOf(input);
    expect(message).not.toContain('secret');
    expect(message.replace(/ at "input[\w.]*"/, '')).toBe(expected);
  });
});
