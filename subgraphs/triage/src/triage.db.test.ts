/** Triage on PostgreSQL: consent first, numbered turns, advice, and silence towards everybody else. */
import { newId } from '@olly/kit/locator';
import { transaction } from '@olly/kit/postgres';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consentProjection } from './projections/consent.ts';
import subgraph from './subgraph.ts';

const SESSION = 'locator status level openQuestion { turnNumber questionType choices content } recommendation { title reasons { code } } turns { turnNumber role }';
const START = `mutation ($input: StartTriageInput!) { startTriage(input: $input) { ... on TriageSession { ${SESSION} } ... on TriageRefusal { code } } }`;
const ANSWER = `mutation ($input: AnswerTriageInput!) { answerTriage(input: $input) { ... on TriageSession { ${SESSION} } ... on TriageRefusal { code message } } }`;

describe('triage sessions', () => {
  let db: TestDatabase;
  let triage: TestSubgraph;
  let agreed: Set<string>;
  let serial = 0;
  const member = () => {
    serial += 1;
    const who = person(['member'], { id: newId(), locator: `pty_01kb1w5c9hf3xb2m9y6q0d${String(serial).padStart(4, '0')}` });
    agreed.add(who.party?.locator ?? '');
    return who;
  };
  type Who = ReturnType<typeof person>;
  const start = async (who: Who, chiefComplaint: string, more: object = {}) => (await triage.data(who, START, { input: { chiefComplaint, idempotencyKey: newId(), ...more } })).startTriage;
  const answer = async (who: Who, session: string, turnNumber: number, text: string) => (await triage.data(who, ANSWER, { input: { session, turnNumber, answer: text } })).answerTriage;

  beforeAll(async () => {
    db = await testDatabase('triage');
    agreed = new Set();
    triage = testSubgraph(subgraph, db, {
      services: { consent: (_document, variables) => ({ consentsOf: (variables.parties as string[]).map((partyLocator) => ({ partyLocator, granted: agreed.has(partyLocator) })) }) },
    });
  });
  beforeEach(() => agreed.clear());
  afterAll(() => db.close());

  it('starts with a live consent only', async () => {
    const me = member();
    agreed.clear();
    expect((await triage.ask(me, START, { input: { chiefComplaint: 'a cold', idempotencyKey: newId() } })).codes).toEqual(['CONSENT_REQUIRED']);
    expect((await db.pool.query('SELECT count(*) FROM triage.sessions WHERE party_locator = $1', [me.party?.locator])).rows[0].count).toBe('0');
  });

  it('asks one question after another, numbers what is said, and ends with advice', async () => {
    const me = member();
    let session = await start(me, 'a cold');
    while (session.status === 'IN_PROGRESS') {
      const { turnNumber, questionType, choices } = session.openQuestion;
      session = await answer(me, session.locator, turnNumber, questionType === 'YES_NO' ? 'no' : questionType === 'SCALE' ? '2' : choices[0]);
    }
    expect(session).toMatchObject({ status: 'COMPLETED', level: 'SELF_CARE', openQuestion: null });
    expect(session.turns.map((turn: { turnNumber: number }) => turn.turnNumber)).toEqual(session.turns.map((_: unknown, index: number) => index + 1));
    expect(session.turns.at(-1).role).toBe('ASSISTANT');
  });

  it('sends for an ambulance at once when the first words hold a red flag', async () => {
    expect(await start(member(), 'crushing pain in my chest')).toMatchObject({ status: 'COMPLETED', level: 'EMERGENCY_AMBULANCE', openQuestion: null, recommendation: { title: 'Call an ambulance now.' } });
  });

  it('lets a language model word the questions and raise the level, and nothing lower it again', async () => {
    const own = triage.services.model;
    const raised = { code: 'model.more_urgent', level: 'EMERGENCY', text: 'A language model called for more urgency.' };
    const asked: string[] = [];
    triage.services.model = {
      phrase: async () => 'Would you tell me about it?',
      moreUrgent: async (_said: readonly string[], level: string) => {
        asked.push(level);
        return asked.length === 1 ? raised : null;
      },
    };
    try {
      const me = member();
      let session = await start(me, 'a cold');
      while (session.status === 'IN_PROGRESS') {
        const { turnNumber, questionType, choices, content } = session.openQuestion;
        expect(content).toBe('Would you tell me about it?');
        session = await answer(me, session.locator, turnNumber, questionType === 'YES_NO' ? 'no' : questionType === 'SCALE' ? '0' : choices[0]);
      }
      expect(session).toMatchObject({ status: 'COMPLETED', level: 'EMERGENCY' });
      expect(session.recommendation.reasons[0].code).toBe('model.more_urgent');
      expect(asked.slice(1).every((level) => level === 'EMERGENCY')).toBe(true);
    } finally {
      triage.services.model = own;
    }
  });

  it('takes one of two answers to the same question, and none that the question does not know', async () => {
    const me = member();
    const session = await start(me, 'headache');
    const { turnNumber } = session.openQuestion;
    expect(await answer(me, session.locator, turnNumber, 'perhaps')).toMatchObject({ code: 'ANSWER_INVALID' });
    const answers = await Promise.all([answer(me, session.locator, turnNumber, 'no'), answer(me, session.locator, turnNumber, 'no')]);
    expect(answers.filter((one) => one.code === 'NOT_THE_OPEN_QUESTION')).toHaveLength(1);
    expect(answers.filter((one) => one.status === 'IN_PROGRESS')).toHaveLength(1);
  });

  it('stops when consent is withdrawn meanwhile, by the answer or by the event', async () => {
    const me = member();
    const first = await start(me, 'headache');
    agreed.clear();
    expect(await answer(me, first.locator, first.openQuestion.turnNumber, 'no')).toMatchObject({ status: 'STOPPED', level: null });
    expect(await answer(me, first.locator, first.openQuestion.turnNumber, 'no')).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The session is STOPPED and cannot become IN_PROGRESS.' });
    const other = member();
    const second = await start(other, 'headache');
    const event = { specversion: '1.0', id: newId(), source: '/olly/consent', type: 'olly.consent.consent.withdrawn.v1', subject: other.party?.locator ?? '', time: '2026-03-01T09:00:00.000Z', datacontenttype: 'application/json', data: { party: other.party?.locator, consentType: 'TRIAGE' } } as const;
    await transaction(db.pool, (tx) => consentProjection({ ...triage.deps, service: 'triage', schema: 'triage' }).apply(tx, event));
    expect((await triage.data(other, 'query ($l: ID!) { triageSession(locator: $l) { status } }', { l: second.locator })).triageSession).toEqual({ status: 'STOPPED' });
  });

  it('is seen by the person alone, and tells no event what was said or how urgent it is', async () => {
    const me = member();
    const { locator } = await start(me, 'Canary-Complaint: crushing chest');
    const see = async (who: Who) => (await triage.data(who, 'query ($l: ID!, $r: [_Any!]!) { triageSession(locator: $l) { chiefComplaint } _entities(representations: $r) { ... on TriageSession { chiefComplaint } } }', { l: locator, r: [{ __typename: 'TriageSession', locator }] })) as object;
    for (const who of [member(), person(['adjuster']), person(['admin']), person(['broker'], undefined, { broker: 'brk_x' })]) expect(await see(who)).toEqual({ triageSession: null, _entities: [null] });
    const { rows } = await db.pool.query('SELECT payload::text AS text FROM triage.outbox');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/Canary|EMERGENCY|crushing/);
  });

  it('is not started for somebody else', async () => {
    const other = member();
    expect(await start(member(), 'a cold', { partyLocator: other.party?.locator, partyId: other.party?.id })).toEqual({ code: 'PARTY_NOT_YOURS' });
  });

  it('takes as many statements for fifty sessions as for one', async () => {
    const me = member();
    for (let i = 0; i < 50; i += 1) await start(me, 'itchy toe');
    const LIST = 'query ($first: Int!) { triageSessions(first: $first) { nodes { status turns { content } openQuestion { content } } } }';
    const one = await triage.ask(me, LIST, { first: 1 });
    const fifty = await triage.ask(me, LIST, { first: 50 });
    expect([fifty.data.triageSessions.nodes.length, fifty.statements]).toEqual([50, one.statements]);
  });
});
