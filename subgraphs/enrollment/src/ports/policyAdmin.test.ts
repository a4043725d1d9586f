/** What enrollment asks is what policy_admin answers: each operation against policy_admin's published schema, and a wrong answer is not believed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@olly/kit/testing';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { PolicyAdminWorld, said } from '../testing/fixtures.ts';
import { EVALUATE, FACTS, policyAdmin, VERSION_ON } from './policyAdmin.ts';

const sdl = (file: string) => readFileSync(join(repositoryRoot(), 'schema', file), 'utf8').replace(/^extend schema[\s\S]*?\n\)\n/, '');
const schema = buildSchema(`${sdl('common.graphql')}\n${sdl('subgraphs/policy_admin.graphql')}`, { assumeValidSDL: true });
const answering = (answer: unknown) => policyAdmin({ query: async <T>() => answer as T, close: async () => {} });

describe('the port to policy_admin', () => {
  it.each([['quotingFacts', FACTS], ['evaluateRules', EVALUATE], ['productVersionOn', VERSION_ON]])('asks %s as policy_admin declares it', (_name, document) => {
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  });

  it('reads facts of the agreed shape, and null for what does not exist', async () => {
    const world = new PolicyAdminWorld();
    const ann = world.person();
    const variables = { productVersionId: world.versionId, accountLocator: world.account(ann).locator, partyLocators: [ann.locator] };
    const facts = await answering(await world.answer(FACTS, variables)).quotingFacts(world.versionId, variables.accountLocator, [ann.locator]);
    expect(facts?.parties).toEqual([ann]);
    expect(await answering({ quotingFacts: null }).quotingFacts('a', 'b', [])).toBeNull();
  });

  it('names the field that is wrong, never its value', async () => {
    const refused = answering({ evaluateRules: [{ ...said('block'), action: { flag: 'canary', value: 'x' } }] }).underwrite('v', 'q', {} as never);
    await expect(refused).rejects.toThrow('policy_admin answered in another shape: 0.action.flag');
  });
});
