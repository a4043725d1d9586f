/** Consents and deletion requests on a real database: as the person, the guardian, the officer, a stranger and a service. */
import { newId, newLocator } from '@olly/kit/locator';
import { connect, transaction } from '@olly/kit/postgres';
import { person, service, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from './subgraph.ts';

const party = () => ({ id: newId(), locator: newLocator('pty') });
const GRANT = 'mutation ($input: ChangeConsentInput!) { result: grantConsent(input: $input) { __typename ... on ConsentRecord { id granted consentType party { locator } } ... on ConsentRefusal { code field } } }';
const WITHDRAW = GRANT.replace('grantConsent', 'withdrawConsent');
const REQUEST = 'mutation ($input: RequestDeletionInput!) { result: requestDeletion(input: $input) { ... on DeletionRequest { id locator status dueOn requestedByType } ... on DeletionRefusal { code field message } } }';
const HISTORY = 'query ($party: ID!) { consentHistory(partyLocator: $party) { nodes { consentType granted wasGranted isChange actedAs } } }';
const move = (mutation: string, more = '') =>
  `mutation ($locator: ID!) { result: ${mutation}(input: { locator: $locator${more} }) { ... on DeletionRequest { status verifiedAt refusalReason history { command toStatus } } ... on DeletionRefusal { code message } } }`;

let keys = 0;
const key = () => `key-${++keys}`;

let db: TestDatabase;
let consent: TestSubgraph;
const known = party();

beforeAll(async () => {
  db = await testDatabase('consent');
  const contacts = (_document: string, { parties }: Record<string, unknown>) => ({ contacts: (parties as string[]).map((locator) => (locator === known.locator ? { partyLocator: locator } : null)) });
  consent = testSubgraph(subgraph, db, { services: { policy_admin: contacts } });
});
afterAll(() => db.close());

const outbox = async (subject: string) =>
  (await db.pool.query('SELECT type, topic, key, payload FROM consent.outbox WHERE key = $1 ORDER BY id', [subject])).rows;

/** As the access projection applies `policy_admin.party` and `enrollment.policy`. */
async function guard(guardian: { id: string; locator: string }, child: string): Promise<void> {
  const [projection] = subgraph.projections?.(consent.services, consent.deps) ?? [];
  const access = [{ party: guardian.locator, partyId: guardian.id, target: child, role: 'GUARDIAN', from: '2026-01-01', to: '2030-01-01' }];
  const event = { specversion: '1.0', id: newId(), source: '/olly/policy_admin', type: 'olly.policy_admin.party.registered.v1', subject: child, time: '2026-01-01T00:00:00Z', datacontenttype: 'application/json', data: { access } } as const;
  await transaction(db.pool, async (tx) => projection?.apply(tx, event));
}

describe('consent', () => {
  it('writes record, audit row and event together, and notes what changed nothing without telling anybody', async () => {
    const own = party();
    const member = person(['member'], own);
    const input = { consentType: 'TRIAGE' };
    expect((await consent.data(member, GRANT, { input: { ...input, idempotencyKey: key() } })).result).toMatchObject({ granted: true, party: { locator: own.locator } });
    await consent.data(member, GRANT, { input: { ...input, idempotencyKey: key() } });
    expect((await consent.data(member, WITHDRAW, { input: { ...input, idempotencyKey: key() } })).result.granted).toBe(false);
    const { consentHistory } = await consent.data(member, HISTORY, { party: own.locator });
    expect(consentHistory.nodes).toEqual([
      { consentType: 'TRIAGE', granted: false, wasGranted: true, isChange: true, actedAs: 'MEMBER' },
      { consentType: 'TRIAGE', granted: true, wasGranted: true, isChange: false, actedAs: 'MEMBER' },
      { consentType: 'TRIAGE', granted: true, wasGranted: null, isChange: true, actedAs: 'MEMBER' },
    ]);
    const events = await outbox(own.locator);
    expect(events.map((event) => event.type)).toEqual(['olly.consent.consent.granted.v1', 'olly.consent.consent.withdrawn.v1']);
    expect(events[0].payload.data).toEqual({ party: own.locator, consentType: 'TRIAGE', granted: true, changedAt: '2026-03-01T09:00:00.000Z' });
  });

  it('answers a repeated key without a second audit row, and refuses the key with other input', async () => {
    const own = party();
    const member = person(['member'], own);
    const input = { consentType: 'CARE', idempotencyKey: key() };
    const first = await consent.data(member, GRANT, { input });
    expect(await consent.data(member, GRANT, { input })).toEqual(first);
    expect((await consent.data(member, GRANT, { input: { ...input, consentType: 'RESEARCH' } })).result).toEqual({ __typename: 'ConsentRefusal', code: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' });
    expect((await consent.data(member, HISTORY, { party: own.locator })).consentHistory.nodes).toHaveLength(1);
  });

  it('lets twenty answers at once leave one record, twenty audit rows and as many events as changes', async () => {
    const own = party();
    const member = person(['member'], own);
    await Promise.all(Array.from({ length: 20 }, (_, i) => consent.data(member, i % 2 ? GRANT : WITHDRAW, { input: { consentType: 'MARKETING_SMS', idempotencyKey: key() } })));
    const { rows } = await db.pool.query('SELECT granted, was_granted, is_change FROM consent.consent_audit WHERE party_locator = $1', [own.locator]);
    expect(rows).toHaveLength(20);
    expect(await outbox(own.locator)).toHaveLength(rows.filter((row) => row.is_change).length);
    const { consents } = await consent.data(member, '{ consents { nodes { granted } } }');
    expect(consents.nodes).toHaveLength(1);
    const last = (await outbox(own.locator)).at(-1).payload.data;
    expect(consents.nodes[0].granted).toBe(last.granted);
  });

  it('keeps the audit from the service and from the owner', async () => {
    const own = party();
    await consent.data(person(['member'], own), GRANT, { input: { consentType: 'CARE', idempotencyKey: key() } });
    for (const sql of ['UPDATE consent.consent_audit SET granted = false', 'DELETE FROM consent.consent_audit', 'TRUNCATE consent.consent_audit']) {
      await expect(db.pool.query(sql)).rejects.toThrow('permission denied');
      const owner = await connect(db.ownerUrl, 'test');
      await expect(owner.query(sql).finally(() => owner.end())).rejects.toThrow('append-only');
    }
  });

  it('lets a guardian speak for a dependant under 16, and an officer take back but never agree', async () => {
    const guardian = party();
    const child = party();
    await guard(guardian, child.locator);
    const input = (more: object) => ({ input: { consentType: 'CARE', idempotencyKey: key(), ...more } });
    expect((await consent.data(person(['member'], guardian), GRANT, input({ partyLocator: child.locator }))).result.granted).toBe(true);
    const officer = person(['privacy']);
    expect((await consent.ask(officer, GRANT, input({ partyLocator: known.locator }))).codes).toEqual(['FORBIDDEN']);
    expect((await consent.data(officer, WITHDRAW, input({ partyLocator: known.locator }))).result.granted).toBe(false);
    expect((await consent.ask(officer, WITHDRAW, input({ partyLocator: newLocator('pty') }))).codes).toEqual(['NOT_FOUND']);
    expect((await consent.ask(officer, WITHDRAW, input({}))).codes).toEqual(['NOT_FOUND']);
    consent.clock.set('2030-01-01T09:00:00Z');
    expect((await consent.ask(person(['member'], guardian), WITHDRAW, input({ partyLocator: child.locator }))).codes).toEqual(['NOT_FOUND']);
    consent.clock.set('2026-03-01T09:00:00Z');
  });

  it('hides another person\'s consents exactly as absent ones: as a list, a history and through the party', async () => {
    const own = party();
    await consent.data(person(['member'], own), GRANT, { input: { consentType: 'CARE', idempotencyKey: key() } });
    const entity = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Party { consents { consentType } deletionRequests { nodes { locator } } } } }';
    const see = async (who: ReturnType<typeof person>) => {
      const { consents, consentHistory } = await consent.data(who, `query ($party: ID!) { consents(filter: { partyLocator: $party }) { nodes { granted } } ${HISTORY.replace(/^query \(\$party: ID!\) \{|\}$/g, '')} }`, { party: own.locator });
      const [{ consents: nested }] = (await consent.data(who, entity, { representations: [{ __typename: 'Party', locator: own.locator }] }))._entities;
      return [consents.nodes.length, consentHistory.nodes.length, nested.length];
    };
    expect(await see(person(['member'], own))).toEqual([1, 1, 1]);
    expect(await see(person(['privacy']))).toEqual([1, 1, 1]);
    for (const role of ['member', 'broker', 'employer', 'provider', 'adjuster', 'underwriter', 'finance', 'admin']) expect(await see(person([role], party()))).toEqual([0, 0, 0]);
  });

  it('tells services where parties stand, pair by pair, in one statement, and nobody else', async () => {
    const own = party();
    await consent.data(person(['member'], own), GRANT, { input: { consentType: 'TRIAGE', idempotencyKey: key() } });
    const QUERY = 'query ($p: [ID!]!) { consentsOf(partyLocators: $p, types: [TRIAGE, CARE]) { partyLocator consentType granted } }';
    const stranger = newLocator('pty');
    const { data, statements } = await consent.ask(service('triage'), QUERY, { p: [stranger, own.locator] });
    expect(data.consentsOf.map((state: Record<string, unknown>) => [state.partyLocator, state.consentType, state.granted])).toEqual([
      [stranger, 'TRIAGE', false],
      [stranger, 'CARE', false],
      [own.locator, 'TRIAGE', true],
      [own.locator, 'CARE', false],
    ]);
    expect(statements).toBe(1);
    expect((await consent.ask(person(['member'], own), QUERY, { p: [own.locator] })).codes).toEqual(['FORBIDDEN']);
  });
});

describe('deletion requests', () => {
  it('go from request to verification with an audit row and an event each, and know their day', async () => {
    const own = party();
    const { result } = await consent.data(person(['member'], own), REQUEST, { input: { deleteType: 'ERASE', reason: 'CANARY leaving', idempotencyKey: key() } });
    expect(result).toMatchObject({ status: 'REQUESTED', dueOn: '2026-04-01', requestedByType: 'MEMBER' });
    const verified = await consent.data(person(['privacy']), move('verifyDeletionRequest'), { locator: result.locator });
    expect(verified.result).toEqual({ status: 'VERIFIED', verifiedAt: '2026-03-01T09:00:00.000Z', refusalReason: null, history: [{ command: 'request', toStatus: 'REQUESTED' }, { command: 'verify', toStatus: 'VERIFIED' }] });
    const events = await outbox(result.locator);
    expect(events.map((event) => event.type)).toEqual(['olly.consent.deletion_request.requested.v1', 'olly.consent.deletion_request.verified.v1']);
    expect(JSON.stringify(events)).not.toContain('CANARY');
  });

  it('refuse a second open one of the kind, and allow it once the first is cancelled', async () => {
    const member = person(['member'], party());
    const ask = async () => (await consent.data(member, REQUEST, { input: { deleteType: 'ANONYMISE', idempotencyKey: key() } })).result;
    const first = await ask();
    expect(await ask()).toMatchObject({ code: 'DELETION_ALREADY_REQUESTED' });
    expect((await consent.data(member, move('cancelDeletionRequest'), { locator: first.locator })).result.status).toBe('CANCELLED');
    expect((await ask()).status).toBe('REQUESTED');
    expect((await consent.data(member, move('cancelDeletionRequest'), { locator: first.locator })).result).toEqual({ code: 'ILLEGAL_TRANSITION', message: 'The deletion request is CANCELLED and cannot become CANCELLED.' });
  });

  it('are verified and refused by privacy officers only, with a reason the person can read', async () => {
    const own = party();
    const member = person(['member'], own);
    const { result } = await consent.data(member, REQUEST, { input: { deleteType: 'RESTRICT', idempotencyKey: key() } });
    expect((await consent.ask(member, move('verifyDeletionRequest'), { locator: result.locator })).codes).toEqual(['FORBIDDEN']);
    expect((await consent.data(person(['privacy']), move('refuseDeletionRequest', ', reason: " "'), { locator: result.locator })).result.code).toBe('REASON_MISSING');
    await consent.data(person(['privacy']), move('refuseDeletionRequest', ', reason: "The data is needed for a claim."'), { locator: result.locator });
    const read = 'query ($locator: ID!) { deletionRequest(locator: $locator) { status refusalReason } }';
    expect((await consent.data(member, read, { locator: result.locator })).deletionRequest).toEqual({ status: 'REFUSED', refusalReason: 'The data is needed for a claim.' });
    expect((await consent.data(person(['member'], party()), read, { locator: result.locator })).deletionRequest).toBeNull();
    expect((await consent.ask(person(['member'], party()), move('cancelDeletionRequest'), { locator: result.locator })).codes).toEqual(['NOT_FOUND']);
  });

  it('cost the same number of statements for one party and for fifty', async () => {
    const ask = (count: number) =>
      consent.ask(person(['privacy']), 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { consents { id } deletionRequests { nodes { locator history { command } } } } } }', {
        r: Array.from({ length: count }, () => ({ __typename: 'Party', locator: (many[index++ % many.length] as { locator: string }).locator })),
      });
    let index = 0;
    const many = Array.from({ length: 50 }, party);
    for (const one of many) await consent.data(person(['member'], one), REQUEST, { input: { deleteType: 'ERASE', idempotencyKey: key() } });
    const [one, fifty] = [await ask(1), await ask(50)];
    expect(fifty.errors).toEqual([]);
    expect(fifty.data._entities.filter((entity: { deletionRequests: { nodes: object[] } }) => entity.deletionRequests.nodes.length === 1)).toHaveLength(50);
    expect(one.statements).toBe(fifty.statements);
    const list = (first: number) => consent.ask(person(['privacy']), `{ deletionRequests(first: ${first}) { nodes { locator history { command } } } }`);
    expect((await list(1)).statements).toBe((await list(50)).statements);
  });
});
