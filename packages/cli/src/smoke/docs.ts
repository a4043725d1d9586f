/**
 * Every GraphQL operation that the documentation shows runs as it stands there. A block says in comments who asks and with what, because a reader wants to know it too:
 *
 *     # persona: member
 *     # variables: { "first": 5 }
 *     # code: NOT_FOUND          (an error that the page is about; otherwise none is right)
 *
 * A block of type definitions is no operation and is passed over; a block that does not parse is a wrong answer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { PERSONAS } from '../demo/personas.ts';
import { inRoot, SUBGRAPHS } from '../repository.ts';
import { expect, type Story } from './story.ts';

export interface Example {
  /** File and line. */
  readonly at: string;
  readonly query: string;
  readonly persona?: string;
  readonly variables: Record<string, unknown>;
  readonly code?: string;
}

const word = (text: string, name: string): string | undefined => new RegExp(`^\\s*#\\s*${name}:\\s*(.+)$`, 'm').exec(text)?.[1]?.trim();

/** The operations of a page. Throws, naming the line, on what cannot be read. */
export function examplesOf(page: string, file: string): readonly Example[] {
  const found: Example[] = [];
  for (const match of page.matchAll(/^[ \t]*```graphql[^\n]*\n([\s\S]*?)^[ \t]*```/gm)) {
    const query = match[1] ?? '';
    const at = `${file}:${page.slice(0, match.index).split('\n').length}`;
    let hasOperation: boolean;
    try {
      hasOperation = parse(query).definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    } catch (error) {
      throw new Error(`${at}: ${(error as Error).message}`);
    }
    if (!hasOperation) continue;
    const persona = word(query, 'persona');
    if (persona && !Object.hasOwn(PERSONAS, persona)) throw new Error(`${at}: there is no persona "${persona}"`);
    found.push({ at, query, persona, variables: JSON.parse(word(query, 'variables') ?? '{}') as Record<string, unknown>, code: word(query, 'code') });
  }
  return found;
}

/** README.md, docs and the services' own pages. */
function pages(): readonly string[] {
  const docs = existsSync(inRoot('docs')) ? readdirSync(inRoot('docs'), { recursive: true }).map((file) => `docs/${String(file)}`) : [];
  return ['README.md', ...docs.filter((file) => file.endsWith('.md')).sort(), ...SUBGRAPHS.map((name) => `subgraphs/${name}/README.md`)].filter((file) => existsSync(inRoot(file)));
}

export const docs: Story = {
  name: 'docs',
  async tell(teller) {
    for (const file of pages()) {
      for (const { at, query, persona, variables, code } of examplesOf(readFileSync(inRoot(file), 'utf8'), file)) {
        await teller.step(`${at} as ${persona ?? 'nobody'}`, async () => {
          const { data, errors } = await teller.ask(persona, query, variables);
          if (code) expect(errors.some((error) => error.code === code), `it should answer ${code}`, { data, errors });
          else expect(errors.length === 0 && data, 'it should answer without errors', errors);
        });
      }
    }
  },
};
