import { describe, expect, it } from 'vitest';
import { examplesOf } from './docs.ts';

const page = (block: string) => `# A page\n\n\`\`\`graphql\n${block}\n\`\`\`\n`;

describe('examples in the documentation', () => {
  it('say who asks, with what, and which error is right', () => {
    const [example] = examplesOf(page('# persona: member\n# variables: { "first": 5 }\n# code: NOT_FOUND\nquery Q($first: Int) { __typename }'), 'p.md');
    expect(example).toMatchObject({ at: 'p.md:3', persona: 'member', variables: { first: 5 }, code: 'NOT_FOUND' });
  });

  it('are asked by nobody and must succeed unless they say otherwise', () => {
    expect(examplesOf(page('{ __typename }'), 'p.md')[0]).toMatchObject({ persona: undefined, variables: {}, code: undefined });
  });

  it('pass over type definitions, and name the line of what does not parse', () => {
    expect(examplesOf(page('type Claim { id: ID! }'), 'p.md')).toEqual([]);
    expect(() => examplesOf(page('{ claims('), 'p.md')).toThrow('p.md:3');
    expect(() => examplesOf(page('# persona: nobody_we_know\n{ __typename }'), 'p.md')).toThrow('nobody_we_know');
  });
});
