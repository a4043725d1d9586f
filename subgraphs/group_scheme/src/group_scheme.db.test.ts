/** Schemes and memberships on PostgreSQL: joining, covering, leaving, coming back, and who sees it. */
import { installJobs, type RunningJobs, startJobs } from '@olly/kit/jobs';
import { newId } from '@olly/kit/locator';
import { roleName, transaction } from '@olly/kit/postgres';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COVER_TASK, followMember } from './member/cover.ts';
import { PortRefusal } from './ports/ports.ts';
import { policyProjection } from './projections/policies.ts';
import subgraph from './subgraph.ts';
import { OtherServices } from './testing/world.ts';

const admin = person(['admin']);
const CREATE = 'mutation ($input: CreateSchemeInput!) { createScheme(input: $input) { ... on Scheme { id locator status } ... on SchemeRefusal { code } } }';
const JOIN = 'mutation ($input: JoinSchemeInput!) { joinScheme(input: $input) { ... on SchemeMember { id status joinedOn } ... on SchemeRefusal { code field } } }';
const LEAVE = 'mutation ($id: ID!, $on: Date!) { leaveScheme(input: { id: $id, leftOn: $on }) { ... on SchemeMember { status leftOn history { joinedOn leftOn } } ... on SchemeRefusal { code message } } }';

let serial = 0;
const someone = () => {
  serial += 1;
  return { id: newId(), locator: `pty_01kb1w5c9hf3xb2m9y6q0d${String(serial).padStart(4, '0')}` };
};

describe('group schemes', () => {
  let db: TestDatabase;
  let schemes: TestSubgraph;
  let running: RunningJobs | undefined;
  const others = new OtherServices();
  beforeAll(async () => {
    db = await testDatabase('group_scheme');
    await installJobs(db.ownerUrl, roleName('group_scheme', 'service'));
    schemes = testSubgraph(subgraph, db, { services: { enrollment: others.answer } });
  });
  afterAll(async () => {
    await running?.stop();
    await db.close();
  });

  const create = async (code: string, more: object = {}) => {
    const employer = someone();
    const input = { code, name: 'Fernhill', employerPartyId: employer.id, employerLocator: employer.locator, accountLocator: 'acc_01kb1w5c9hf3xb2m9y6q0d4t7e', productCode: 'UK_GROUP', effectiveFrom: '2026-01-01', idempotencyKey: code, ...more };
    return (await schemes.data(admin, CREATE, { input })).createScheme;
  };
  const activate = (locator: string) => schemes.data(admin, 'mutation ($locator: ID!) { activateScheme(input: { locator: $locator }) { ... on Scheme { status } ... on SchemeRefusal { code } } }', { locator });
  const active = async (code: string) => {
    const scheme = await create(code);
    await activate(scheme.locator);
    return scheme as { id: string; locator: string };
  };
  const join = async (who: ReturnType<typeof person>, scheme: string, party = someone(), more: object = {}) =>
    (await schemes.data(who, JOIN, { input: { scheme, partyId: party.id, partyLocator: party.locator, joinedOn: '2026-02-01', ...more } })).joinScheme;

  it('takes members once it is active, from its first day on', async () => {
    const scheme = await create('EARLY');
    expect(await join(admin, scheme.locator)).toEqual({ code: 'SCHEME_NOT_ACTIVE', field: 'scheme' });
    await activate(scheme.locator);
    expect(await join(admin, scheme.locator, someone(), { joinedOn: '2025-12-31' })).toEqual({ code: 'DATE_BEFORE_SCHEME', field: 'joinedOn' });
    expect(await join(admin, scheme.locator)).toMatchObject({ status: 'PENDING' });
    expect(await create('EARLY', { idempotencyKey: 'another' })).toEqual({ code: 'CODE_TAKEN' });
  });

  it('adds a person once, however many try at the same time', async () => {
    const scheme = await active('RACE');
    const party = someone();
    const answers = await Promise.all(Array.from({ length: 8 }, () => join(admin, scheme.locator, party)));
    expect(answers.filter((one) => one.status === 'PENDING')).toHaveLength(1);
    expect(answers.filter((one) => one.code === 'ALREADY_MEMBER')).toHaveLength(7);
    expect((await db.pool.query('SELECT count(*) FROM group_scheme.membership_periods p JOIN group_scheme.scheme_members m ON m.id = p.member_id WHERE m.member_party_locator = $1', [party.locator])).rows[0].count).toBe('1');
  });

  it('covers the member when the policy is issued, lets them leave, and takes them back with their history', async () => {
    const scheme = await active('STAY');
    const party = someone();
    const { id } = await join(admin, scheme.locator, party, { employeeNumber: 'E-1' });
    const event = { specversion: '1.0', id: newId(), source: '/olly/enrollment', type: 'olly.enrollment.policy.issued.v1', subject: 'pol_x', time: '2026-02-02T00:00:00.000Z', datacontenttype: 'application/json', data: { policy: 'pol_x', scheme: scheme.locator, holder: { party: party.locator } } } as const;
    await transaction(db.pool, (tx) => policyProjection.apply(tx, event));
    const seen = await schemes.data(admin, 'query ($l: ID!) { scheme(locator: $l) { activeMembers members { nodes { status policy { locator } } } } }', { l: scheme.locator });
    expect(seen.scheme).toEqual({ activeMembers: 1, members: { nodes: [{ status: 'ACTIVE', policy: { locator: 'pol_x' } }] } });
    expect((await schemes.data(admin, LEAVE, { id, on: '2026-01-31' })).leaveScheme).toMatchObject({ code: 'DATE_BEFORE_JOINING' });
    expect((await schemes.data(admin, LEAVE, { id, on: '2026-06-01' })).leaveScheme).toEqual({ status: 'LEFT', leftOn: '2026-06-01', history: [{ joinedOn: '2026-02-01', leftOn: '2026-06-01' }] });
    expect((await schemes.data(admin, LEAVE, { id, on: '2026-06-01' })).leaveScheme).toEqual({ code: 'ILLEGAL_TRANSITION', message: 'The membership is LEFT and cannot become LEFT.' });
    expect(await join(admin, scheme.locator, party, { joinedOn: '2026-05-01' })).toEqual({ code: 'DATE_BEFORE_LEAVING', field: 'joinedOn' });
    expect(await join(admin, scheme.locator, party, { joinedOn: '2026-09-01' })).toEqual({ id, status: 'PENDING', joinedOn: '2026-09-01' });
    expect(await join(admin, scheme.locator, someone(), { employeeNumber: 'E-1' })).toEqual({ code: 'EMPLOYEE_NUMBER_TAKEN', field: 'employeeNumber' });
  });

  it('ends the policy of who leaves and brings it back with them, once, and shows what enrollment refused', async () => {
    const scheme = await active('FOLLOW');
    const party = someone();
    const { id } = await join(admin, scheme.locator, party);
    const data = { policy: 'pol_f', scheme: scheme.locator, holder: { party: 'pty_employer' }, elements: [{ insured: [{ party: party.locator }] }] };
    const event = { specversion: '1.0', id: newId(), source: '/olly/enrollment', type: 'olly.enrollment.policy.issued.v1', subject: 'pol_f', time: '2026-02-02T00:00:00.000Z', datacontenttype: 'application/json', data } as const;
    await transaction(db.pool, (tx) => policyProjection.apply(tx, event));
    running = await startJobs({ pool: db.pool, pollMs: 50, tasks: { [COVER_TASK]: (payload) => followMember({ pool: db.pool, ports: schemes.services.ports }, payload) } });
    const state = async () => (await db.pool.query('SELECT status, cover_change, cover_refusal FROM group_scheme.scheme_members WHERE id = $1', [id])).rows[0];
    await schemes.data(admin, LEAVE, { id, on: '2026-06-01' });
    await expect.poll(state, { timeout: 10_000 }).toEqual({ status: 'LEFT', cover_change: 'DONE', cover_refusal: null });
    expect(others.changes.at(-1)).toMatchObject({ name: 'cancelPolicy', input: { cancellation: { locator: 'pol_f', effectiveDate: '2026-06-01', kind: 'PRO_RATA' } } });
    const back = 'mutation ($id: ID!) { reinstateMember(input: { id: $id }) { ... on SchemeMember { status leftOn history { joinedOn leftOn } } ... on SchemeRefusal { code } } }';
    expect((await schemes.data(admin, back, { id })).reinstateMember).toEqual({ status: 'ACTIVE', leftOn: null, history: [{ joinedOn: '2026-02-01', leftOn: null }] });
    await expect.poll(state, { timeout: 10_000 }).toEqual({ status: 'ACTIVE', cover_change: 'DONE', cover_refusal: null });
    expect((await schemes.data(admin, back, { id })).reinstateMember).toEqual({ code: 'ILLEGAL_TRANSITION' });
    others.disturb = () => {
      throw new PortRefusal('PERIOD_INVALID', 'No.');
    };
    await schemes.data(admin, LEAVE, { id, on: '2029-06-01' });
    await expect.poll(state, { timeout: 10_000 }).toEqual({ status: 'LEFT', cover_change: 'REFUSED', cover_refusal: 'PERIOD_INVALID' });
    others.disturb = () => {};
  });

  it('lets dependants join and leave the policy of a covered member, and gives a member another number', async () => {
    const scheme = await active('FAMILY');
    const party = someone();
    const { id } = await join(admin, scheme.locator, party, { employeeNumber: 'F-1' });
    const CHANGE = 'mutation ($input: ChangeDependantsInput!) { changeDependants(input: $input) { ... on SchemeMember { status } ... on SchemeRefusal { code } } }';
    const input = { id, effectiveDate: '2026-03-01', join: [{ partyLocator: someone().locator, relationship: 'CHILD' }], leave: [], idempotencyKey: 'd1' };
    expect((await schemes.data(admin, CHANGE, { input })).changeDependants).toEqual({ code: 'NOT_COVERED' });
    await db.pool.query("UPDATE group_scheme.scheme_members SET status = 'ACTIVE', policy_locator = 'pol_d' WHERE id = $1", [id]);
    expect((await schemes.data(admin, CHANGE, { input })).changeDependants).toEqual({ status: 'ACTIVE' });
    expect(others.changes.at(-1)).toMatchObject({ name: 'endorsePolicy', input: { change: { locator: 'pol_d', effectiveDate: '2026-03-01', addInsured: input.join, removeInsured: [] } } });
    expect((await schemes.data(admin, CHANGE, { input: { ...input, join: [], leave: [party.locator] } })).changeDependants).toEqual({ code: 'MEMBER_LEAVES' });
    const renumber = async (employeeNumber: string) => (await schemes.data(admin, 'mutation ($input: ChangeMemberInput!) { changeMember(input: $input) { ... on SchemeMember { employeeNumber } ... on SchemeRefusal { code } } }', { input: { id, employeeNumber } })).changeMember;
    expect(await renumber('F-2')).toEqual({ employeeNumber: 'F-2' });
    await join(admin, scheme.locator, someone(), { employeeNumber: 'F-3' });
    expect(await renumber('F-3')).toEqual({ code: 'EMPLOYEE_NUMBER_TAKEN' });
  });

  it('shows an employer their own scheme, a member their own membership, and nobody anything else', async () => {
    const [mine, other] = [await active('MINE'), await active('OTHER')];
    const party = someone();
    await join(admin, mine.locator, party);
    const employer = (scheme: { locator: string }) => person(['employer'], undefined, { scheme: scheme.locator });
    expect((await schemes.ask(employer(other), JOIN, { input: { scheme: mine.locator, partyId: party.id, partyLocator: party.locator, joinedOn: '2026-02-01' } })).codes).toEqual(['NOT_FOUND']);
    const ask = 'query ($l: ID!, $r: [_Any!]!) { scheme(locator: $l) { members { nodes { party { locator } } } } _entities(representations: $r) { ... on Party { schemeMemberships { status } } } }';
    const variables = { l: mine.locator, r: [{ __typename: 'Party', locator: party.locator }] };
    const membership = { schemeMemberships: [{ status: 'PENDING' }] };
    expect(await schemes.data(employer(mine), ask, variables)).toEqual({ scheme: { members: { nodes: [{ party: { locator: party.locator } }] } }, _entities: [membership] });
    expect(await schemes.data(employer(other), ask, variables)).toEqual({ scheme: null, _entities: [{ schemeMemberships: [] }] });
    expect(await schemes.data(person(['member'], party), ask, variables)).toEqual({ scheme: null, _entities: [membership] });
  });

  it('takes as many statements for fifty members as for one', async () => {
    // a worker's own look-ups would be counted with the request's
    await running?.stop();
    running = undefined;
    const scheme = await active('MANY');
    for (let i = 0; i < 50; i += 1) await join(admin, scheme.locator);
    const LIST = 'query ($l: ID!, $first: Int!) { scheme(locator: $l) { members(first: $first) { nodes { party { locator } scheme { name } history { joinedOn } } } } }';
    const one = await schemes.ask(admin, LIST, { l: scheme.locator, first: 1 });
    const fifty = await schemes.ask(admin, LIST, { l: scheme.locator, first: 50 });
    expect([fifty.data.scheme.members.nodes.length, fifty.statements]).toEqual([50, one.statements]);
  });
});
