import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from './examples.ts';

const supergraph = buildSchema(readFileSync(join(import.meta.dirname, '../../../schema/supergraph.graphql'), 'utf8'), { assumeValidSDL: true });

describe('the playground’s examples', () => {
  it.each(EXAMPLES.map((example) => [example.title, example] as const))('can be asked: %s', (_title, { query, variables }) => {
    expect(validate(supergraph, parse(query)).map(({ message }) => message)).toEqual([]);
    if (variables) expect(JSON.parse(variables)).toBeTypeOf('object');
  });
});
