/**
 * Canaries: words that stand for names, addresses and health go through real commands into every service that keeps them. Afterwards none is in a log of any process, in what
 * services publish, in what the log of events keeps, in metrics, or in an answer that is an error.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaOf } from '@olly/kit/postgres';
import { addDays } from '@olly/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, registerPerson, submitClaim } from '../demo/flow.ts';
import { SUBGRAPHS } from '../repository.ts';
import type { Asked } from '../smoke/ask.ts';
import { type Insured, insure, providerCalled, today } from './people.ts';
import { servicesWith, settled } from './settled.ts';
import { sharedHouse } from './system.ts';

/** One word for each kind of thing, so that a failure says what has leaked. */
const CANARY = {
  firstName: 'Canaryfirst', lastName: 'Canarylast', email: 'canarymail@canary.example', street: 'Canarystreet', phone: '+1 646 555 2479', complaint: 'canarycomplaint', summary: 'canarysummary',
  reason: 'canaryreason', note: 'canarynote', medication: 'canarymedicine', dependant: 'Canarychild', file: 'canaryfile.pdf',
} as const;
const WORDS = /canary\w*|6465552479|646 555 2479/i;
/** The canary that a text holds, with what stands around it. */
const found = (text: string): string | undefined => {
  const at = text.search(WORDS);
  return at < 0 ? undefined : text.slice(Math.max(0, at - 120), at + 60);
};

describe('a canary', () => {
  const house = sharedHouse();
  const errors: Asked['errors'][number][] = [];
  let who: Insured;

  /** Sends what must fail, and keeps what was said. */
  async function fails(name: string | undefined, query: string, variables: Record<string, unknown> = {}): Promise<void> {
    const { data, errors: told } = await house.ask(name, query, variables);
    const refusals = Object.values((data ?? {}) as Record<string, { code?: string; message?: string } | null>).flatMap((one) => (one?.code ? [{ code: one.code, message: one.message ?? '' }] : []));
    expect(told.length + refusals.length, `${query} should fail`).toBeGreaterThan(0);
    errors.push(...told, ...refusals);
  }

  beforeAll(async () => {
    const { data } = house;
    who = await insure(house, 'bird', 'US', { firstName: CANARY.firstName, lastName: CANARY.lastName, email: CANARY.email });
    const party = who.party.locator;
    const { party: seen } = await data(who.name, 'query V($l: ID!) { party(locator: $l) { version } }', { l: party });
    const update = 'mutation U($input: UpdatePartyInput!) { updateParty(input: $input) { __typename ... on PartyRefusal { code message } } }';
    await data(who.name, update, { input: { locator: party, version: seen.version, phone: CANARY.phone, address: { lines: [CANARY.street], city: 'New York', region: 'NY', postcode: '10001', country: 'US' } } });
    await registerPerson(data, 'admin', { firstName: CANARY.dependant, lastName: CANARY.lastName, dateOfBirth: '2019-02-03', guardianLocator: party }, 'bird-child');
    for (const consentType of ['HEALTH_DATA', 'TRIAGE', 'CARE']) await data(who.name, 'mutation C($input: ChangeConsentInput!) { grantConsent(input: $input) { __typename } }', { input: { partyLocator: party, consentType, idempotencyKey: `bird-${consentType}` } });
    await command(data, who.name, 'startTriage', { chiefComplaint: `My ${CANARY.complaint} hurts`, idempotencyKey: 'bird-triage' }, 'TriageSession', 'locator');
    await command(data, who.name, 'openEpisode', { partyLocator: party, partyId: who.party.id, careType: 'PRIMARY_CARE', summary: CANARY.summary, idempotencyKey: 'bird-episode' }, 'CareEpisode', 'locator');
    await command(data, who.name, 'requestDeletion', { deleteType: 'RESTRICT', reason: CANARY.reason, idempotencyKey: 'bird-deletion' }, 'DeletionRequest', 'locator');
    const clinic = await providerCalled(house, 'Oakwood Clinic');
    const claim = await submitClaim(data, who.name, { policy: who.policy, claimant: who.party, provider: clinic, currency: 'USD', lines: [{ term: 'imaging', code: '70551', on: addDays(today(), -7), amount: '910.00' }], key: 'bird-claim' });
    if (claim.status === 'DENIED') await command(data, who.name, 'appealClaim', { claim: claim.locator, lines: [1], reason: CANARY.reason }, 'Claim', 'status');
    await data('adjuster', 'mutation A($l: ID!, $note: String!) { adjudicateClaim(input: { claim: $l, note: $note }) { __typename } }', { l: claim.locator, note: CANARY.note });
    await fetch(`${house.url}/files`, { method: 'POST', headers: { authorization: `Bearer ${await house.tokenOf(who.name)}`, 'content-type': 'application/pdf', 'x-file-name': CANARY.file }, body: `%PDF-1.4\n${CANARY.note}` });

    const register = 'mutation R($input: RegisterPartyInput!) { registerParty(input: $input) { __typename ... on PartyRefusal { code message } } }';
    const person = { type: 'INDIVIDUAL', firstName: CANARY.firstName, lastName: CANARY.lastName, dateOfBirth: '1984-05-07', email: CANARY.email, idempotencyKey: 'bird-party' };
    await fails('admin', register, { input: person });
    await fails('admin', register, { input: { ...person, dateOfBirth: '2099-01-01', idempotencyKey: 'bird-2' } });
    await fails('admin', register, { input: { ...person, email: `${CANARY.email}\r\nBcc: x`, idempotencyKey: 'bird-3' } });
    await fails('admin', register, { input: { ...person, email: CANARY.lastName, idempotencyKey: 'bird-4' } });
    await fails('admin', register, { input: { ...person, status: CANARY.lastName } });
    await fails('admin', register, { input: { ...person, type: CANARY.lastName } });
    await fails('admin', register, { input: { ...person, dateOfBirth: CANARY.lastName } });
    await fails('admin', register, { input: { ...person, lastName: `${CANARY.lastName}\0` } });
    await fails(who.name, 'mutation T($input: StartTriageInput!) { startTriage(input: $input) { __typename ... on TriageRefusal { code message } } }', { input: { chiefComplaint: CANARY.complaint, idempotencyKey: 'bird-triage' } });
    await fails(who.name, 'mutation E($input: OpenEpisodeInput!) { openEpisode(input: $input) { __typename ... on CareRefusal { code message } } }', { input: { partyLocator: party, partyId: who.party.id, careType: 'PRIMARY_CARE', summary: CANARY.summary.repeat(1000), idempotencyKey: 'bird-episode-2' } });
  });
  afterAll(() => house.stop());

  it('sent as the id of anything, by anybody, is not found or no input, and nothing breaks', async () => {
    const { __schema } = await house.data('admin', '{ __schema { queryType { fields { name args { name type { kind name ofType { kind name } } } type { kind name ofType { kind name ofType { kind } } } } } } }');
    interface Type {
      readonly kind: string;
      readonly name: string | null;
      readonly ofType: Type | null;
    }
    const fields: { name: string; args: { name: string; type: Type }[]; type: Type }[] = __schema.queryType.fields;
    const texts = new Set(['ID', 'String']);
    const textOf = ({ name, ofType }: Type) => texts.has(name ?? '') || texts.has(ofType?.name ?? '');
    const isScalar = (type: Type): boolean => (type.ofType ? isScalar(type.ofType) : type.kind === 'SCALAR' || type.kind === 'ENUM');
    let asked = 0;
    const broken = new Set<string>();
    const isBroken = ({ code }: { code: string }) => code === 'INTERNAL' || code === 'SUBGRAPH_UNAVAILABLE';
    for (const { name, args, type } of fields.filter((field) => field.args.some((argument) => textOf(argument.type) && argument.name !== 'after') && field.args.every((argument) => argument.type.kind !== 'NON_NULL' || textOf(argument.type)))) {
      const given = args.filter((argument) => textOf(argument.type) && argument.name !== 'after');
      for (const word of [CANARY.lastName, "' OR 1=1 --", 'x'.repeat(5_000)]) {
        const query = `query Q(${given.map((one) => `$${one.name}: ${one.type.ofType?.name ?? one.type.name}!`).join(' ')}) { ${name}(${given.map((one) => `${one.name}: $${one.name}`).join(' ')}) ${isScalar(type) ? '' : '{ __typename }'} }`;
        for (const persona of ['admin', 'member']) {
          const answer = await house.ask(persona, query, Object.fromEntries(given.map((one) => [one.name, word])));
          if (answer.errors.some(isBroken)) broken.add(name);
          errors.push(...answer.errors);
          asked += 1;
        }
      }
    }
    expect(asked).toBeGreaterThan(60);
    for (const filter of ['claims(filter: { policyId: $id })', 'claims(filter: { claimantPartyId: $id })', 'memberCoverages(filter: { partyId: $id })', 'charges(filter: { account: $id })', 'charges(filter: { policyId: $id })', 'ledgerEntries(filter: { referenceId: $id })']) {
      const answer = await house.ask('admin', `query F($id: ID!) { ${filter} { nodes { __typename } } }`, { id: CANARY.lastName });
      if (answer.errors.some(isBroken)) broken.add(filter);
      errors.push(...answer.errors);
    }
    expect([...broken]).toEqual([]);
  });

  it('is in no answer that is an error', () => {
    expect(errors.length).toBeGreaterThan(10);
    expect(errors.filter((error) => found(JSON.stringify(error)))).toEqual([]);
  });

  it('is where it belongs, so that looking for it means something', async () => {
    expect((await house.sql<{ name: string }>('policy_admin', "SELECT last_name AS name FROM policy_admin.parties WHERE last_name = 'Canarylast'")).length).toBeGreaterThan(0);
    expect(await house.sql('triage', "SELECT 1 FROM triage.sessions WHERE chief_complaint LIKE '%canarycomplaint%'")).toHaveLength(1);
    expect(await house.sql('care', "SELECT 1 FROM public.episodes WHERE summary LIKE '%canarysummary%'")).toHaveLength(1);
  });

  it('is in no outbox and in no record of the log of events', async () => {
    await settled(house);
    for (const service of await servicesWith(house, 'outbox')) {
      const rows = await house.sql<{ text: string }>(service, `SELECT topic || ' ' || key || ' ' || payload::text || coalesce(error, '') AS text FROM ${schemaOf(service)}.outbox`);
      expect(rows.map(({ text }) => found(text)).filter(Boolean), service).toEqual([]);
    }
    const records = await house.sql<{ text: string }>('olly_log', "SELECT name || ' ' || key || ' ' || value || coalesce(headers::text, '') AS text FROM olly_log.records JOIN olly_log.topics ON topics.id = topic_id");
    expect(records.length).toBeGreaterThan(20);
    expect(records.map(({ text }) => found(text)).filter(Boolean)).toEqual([]);
  });

  it('is in no job that waits, and in no metrics', async () => {
    for (const service of SUBGRAPHS) {
      const [jobs] = await house.sql<{ has: boolean }>(service, "SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS has");
      const rows = jobs?.has ? await house.sql<{ text: string }>(service, "SELECT payload::text || coalesce(last_error, '') AS text FROM graphile_worker._private_jobs") : [];
      expect(rows.map(({ text }) => found(text)).filter(Boolean), service).toEqual([]);
    }
    const { control } = house.run();
    for (const url of [house.url, ...Object.values(control)]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text.length).toBeGreaterThan(100);
      expect(found(text), url).toBeUndefined();
    }
  });

  it('is in no log file, PostgreSQL’s own among them', async () => {
    const dir = join(house.dir, 'logs');
    const files = [...readdirSync(dir).map((file) => join(dir, file)), join(await house.postgresHome(), 'postgres.log')];
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) expect(found(readFileSync(file, 'utf8')), file).toBeUndefined();
  });
});
