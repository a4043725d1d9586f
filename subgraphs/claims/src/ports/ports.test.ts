/** What claims asks must be what the owners answer: each question is held against the owner's SDL, and each answer that a rule can give is read. */
import { buildSchema, readSdl, type ServiceClient } from '@olly/kit/server';
import { repositoryRoot } from '@olly/kit/testing';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documentsPort, eligibilityPort, enrollmentPort, policyAdminPort, providerPort } from './index.ts';
import { ruleOf } from './policyAdmin.ts';

const RULE_FACTS = { lines: [], claimed: '0', network: 'IN', serviceDate: '2026-01-01', answers: {} };

describe('the questions of claims', () => {
  it.each<[string, string, (client: ServiceClient) => Promise<unknown>]>([
    ['cover', 'eligibility', (client) => eligibilityPort(client).coverForClaim({ partyId: 'x', policyId: 'x', services: [] })],
    ['a reservation', 'eligibility', (client) => eligibilityPort(client).reserve({ claim: 'x', partyId: 'x', policyId: 'x', expected: [], movements: [] })],
    ['a confirmation', 'eligibility', (client) => eligibilityPort(client).confirm('x')],
    ['a release', 'eligibility', (client) => eligibilityPort(client).release('x')],
    ['standing', 'provider', (client) => providerPort(client).providersForClaim([{ provider: 'x', serviceDate: '2026-01-01', procedureCode: null, currency: 'USD', coverageTermKey: 'x' }])],
    ['a policy', 'enrollment', (client) => enrollmentPort(client).policyForClaim('x')],
    ['rules', 'policy_admin', (client) => policyAdminPort(client).adjudicationRules('x', 'x', RULE_FACTS)],
    ['a file', 'documents', (client) => documentsPort(client).fileFor('x')],
  ])('for %s are ones that the owner understands', async (_title, service, ask) => {
    const asked: string[] = [];
    const client: ServiceClient = {
      query: async (document) => {
        asked.push(document);
        throw new Error('asked');
      },
      close: async () => {},
    };
    await expect(ask(client)).rejects.toThrow('asked');
    expect(validate(buildSchema(readSdl(repositoryRoot(), service), {}), parse(asked[0] as string)).map((error) => error.message)).toEqual([]);
  });
});

describe('a product’s rules', () => {
  const answering = (outcomes: unknown[]) => {
    const port = { asked: 0 };
    const client: ServiceClient = {
      query: async () => {
        port.asked += 1;
        return { evaluateRules: outcomes } as never;
      },
      close: async () => {},
    };
    return { port, ask: policyAdminPort(client) };
  };

  it('are asked once of a version that has none, and every time of one that has', async () => {
    const none = answering([]);
    for (let n = 0; n < 3; n += 1) expect(await none.ask.adjudicationRules('version', 'claim', RULE_FACTS)).toEqual([]);
    const some = answering([{ rule: 'r', matched: false, action: null }]);
    for (let n = 0; n < 3; n += 1) expect(await some.ask.adjudicationRules('version', 'claim', RULE_FACTS)).toEqual([]);
    expect([none.port.asked, some.port.asked]).toEqual([1, 3]);
  });

  it('deny, inform or, where nobody understands them, hold', () => {
    expect(ruleOf('r', { deny: '96', coverageTermKey: 'office_visit' })).toEqual({ rule: 'r', deny: { group: 'PR', reason: '96' }, coverageTermKey: 'office_visit' });
    expect(ruleOf('r', { flag: 'info', value: 'SEEN' })).toBeNull();
    expect(ruleOf('r', { deny: 'not a code' })).toEqual({ rule: 'r', deny: null, coverageTermKey: null });
  });
});
