/** What consent asks must be what policy administration answers: the question is held against its SDL. */
import { buildSchema, readSdl } from '@olly/kit/server';
import { repositoryRoot } from '@olly/kit/testing';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { partiesPort } from './parties.ts';

it('asks for a party as policy administration understands it', async () => {
  let asked = '';
  const answerOf = (contacts: unknown) =>
    partiesPort(() => ({
      query: async <T>(document: string) => {
        asked = document;
        return { contacts } as T;
      },
      close: async () => {},
    }));
  expect(await answerOf([{ partyLocator: 'pty_x' }]).exists('pty_x')).toBe(true);
  expect(await answerOf([null]).exists('pty_y')).toBe(false);
  expect(validate(buildSchema(readSdl(repositoryRoot(), 'policy_admin'), {}), parse(asked)).map((error) => error.message)).toEqual([]);
});
