/** What group_scheme asks must be what the owners answer: each question is held against the owner's SDL. */
import { buildSchema, readSdl } from '@olly/kit/server';
import { repositoryRoot } from '@olly/kit/testing';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { BIND, CANCEL, CREATE_QUOTE, DISCARD, ENDORSE, FILE, FILE_HEAD, REGISTER, REINSTATE, UNDERWRITE, VERSION_ON } from './ports.ts';

describe('the questions of group_scheme', () => {
  it.each([
    ['a file', 'documents', [FILE, FILE_HEAD]],
    ['people and products', 'policy_admin', [REGISTER, VERSION_ON]],
    ['quotes and policies', 'enrollment', [CREATE_QUOTE, UNDERWRITE, BIND, DISCARD, CANCEL, REINSTATE, ENDORSE]],
  ])('for %s are ones that the owner understands', (_title, service, questions) => {
    const schema = buildSchema(readSdl(repositoryRoot(), service), {});
    for (const question of questions) expect(validate(schema, parse(question)).map((error) => error.message)).toEqual([]);
  });
});
