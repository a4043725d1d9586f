/**
 * Starting, answering and ending sessions. Consent is asked for before each step that learns something; withdrawn meanwhile, the session stops. The engine decides; what was said, the next
 * question or the advice, and the event are saved in one transaction.
 */
import { appError, badInput, notFound, Refused } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { Context } from '../context.ts';
import { assess, beginning, type Facts, levelOfAnswer, nextQuestion, questionOf, withAnswer, withReason } from '../engine/engine.ts';
import type { Question } from '../engine/complaints.ts';
import type { TriageSessionRow } from '../mappers.ts';
import { sessionEvent } from './events.ts';
import { session as states } from './session.ts';
import { complete, insertAudit, insertSession, insertTurns, lastTurn, lockSession, type NewTurn, saveFacts, setStatus } from './store.ts';

const COMPLAINT_MAX = 1_000;

async function mustConsent(ctx: Context, partyLocator: string): Promise<void> {
  if (!(await ctx.consent.hasConsent(partyLocator))) throw appError('CONSENT_REQUIRED', 'Triage needs your consent to TRIAGE first.');
}

/** What the model makes of it, before the transaction opens: perhaps a more urgent level, and the next question in its words. Without a model, or with a broken one, the engine's own. */
async function consult({ model }: Context, facts: Facts): Promise<{ facts: Facts; words: string | null }> {
  const reason = await model.moreUrgent(facts.said, assess(facts).level);
  const raised = reason ? withReason(facts, reason) : facts;
  const question = nextQuestion(raised);
  return { facts: raised, words: question ? await model.phrase(facts.said[0] ?? '', question.text) : null };
}

/** Writes what was said and what follows from it: the next question, or the advice. */
async function goOn(ctx: Context, tx: PoolClient, session: TriageSessionRow, after: number, said: NewTurn, { facts, words }: { facts: Facts; words: string | null }): Promise<TriageSessionRow> {
  const question = nextQuestion(facts);
  if (question) {
    const choices = question.type === 'CHOICE' ? question.choices.map((choice) => choice.text) : null;
    await insertTurns(tx, ctx, session, after, [said, { role: 'ASSISTANT', content: words ?? question.text, question_type: question.type, question_key: question.key, choices }]);
    return saveFacts(tx, session.id, facts);
  }
  const recommendation = assess(facts);
  await insertTurns(tx, ctx, session, after, [said, { role: 'ASSISTANT', content: `${recommendation.title} ${recommendation.advice}` }]);
  const to = states.next(session.status, 'complete');
  const row = await complete(tx, ctx, session.id, facts, recommendation);
  await insertAudit(tx, ctx, { entityId: session.id, command: 'complete', from: session.status, to, actor: ctx.identity.subject });
  await appendToOutbox(tx, ctx, [sessionEvent('completed', row)]);
  return row;
}

export interface StartTriageInput {
  readonly partyLocator?: string | null;
  readonly partyId?: string | null;
  readonly chiefComplaint: string;
  readonly idempotencyKey: string;
}

/** Who the session is about: the caller, or a dependant whose sessions the caller would see. */
async function personOf(ctx: Context, { partyLocator, partyId }: StartTriageInput): Promise<{ id: string; locator: string }> {
  const { party } = ctx.identity;
  if (!partyLocator || partyLocator === party?.locator) {
    if (!party) throw new Refused('PARTY_NOT_YOURS', 'A session is about oneself or a dependant under 16.');
    return party;
  }
  if (!isId(partyId)) throw badInput('partyId: the UUID of the dependant', 'partyId');
  if (!(await ctx.ability()).sees('sessions', { party_locator: partyLocator })) throw new Refused('PARTY_NOT_YOURS', 'A session is about oneself or a dependant under 16.', 'partyLocator');
  return { id: partyId, locator: partyLocator };
}

export async function startTriage(ctx: Context, input: StartTriageInput): Promise<TriageSessionRow> {
  const person = await personOf(ctx, input);
  const words = input.chiefComplaint.trim();
  if (words === '') throw new Refused('COMPLAINT_EMPTY', 'Say what the problem is.', 'chiefComplaint');
  if (words.length > COMPLAINT_MAX || words.includes('\0')) throw badInput(`chiefComplaint: at most ${COMPLAINT_MAX} characters, without NUL`, 'chiefComplaint');
  await mustConsent(ctx, person.locator);
  const told = await consult(ctx, beginning(words));
  return transaction(ctx.pool, async (tx) => {
    const { idempotencyKey, ...body } = input;
    const locator = await once(tx, { schema: ctx.schema, scope: `startTriage:${ctx.identity.subject}`, key: idempotencyKey, body }, async () => {
      const session = await insertSession(tx, ctx, person, words, told.facts);
      await insertAudit(tx, ctx, { entityId: session.id, command: 'start', to: 'IN_PROGRESS', actor: ctx.identity.subject });
      await goOn(ctx, tx, session, 0, { role: 'MEMBER', content: words }, told);
      return session.locator;
    });
    return lockSession(tx, locator);
  });
}

/** Ends a session that is under way without advice. */
async function end(ctx: Context, tx: PoolClient, session: TriageSessionRow, command: 'abandon' | 'stop'): Promise<TriageSessionRow> {
  const to = states.next(session.status, command) as 'ABANDONED' | 'STOPPED';
  await insertAudit(tx, ctx, { entityId: session.id, command, from: session.status, to, actor: ctx.identity.subject });
  const row = await setStatus(tx, session.id, to);
  await appendToOutbox(tx, ctx, [sessionEvent(command === 'abandon' ? 'abandoned' : 'stopped', row)]);
  return row;
}

export interface AnswerTriageInput {
  readonly session: string;
  readonly turnNumber: number;
  readonly answer: string;
}

/** Answers the open question; two answers at once: the second is told that the question is not open any more. */
export async function answerTriage(ctx: Context, { session: locator, turnNumber, answer }: AnswerTriageInput): Promise<TriageSessionRow> {
  const seen = await ctx.loaders.sessionByLocator.load(locator);
  if (!seen) throw notFound('The session');
  const hasConsent = await ctx.consent.hasConsent(seen.party_locator);
  const question = seen.status === 'IN_PROGRESS' && hasConsent ? await openQuestion(ctx, seen, turnNumber) : undefined;
  const isAnswer = question && levelOfAnswer(question, answer) !== undefined;
  const told = isAnswer ? await consult(ctx, withAnswer(seen.facts, question.key, answer)) : null;
  return transaction(ctx.pool, async (tx) => {
    const session = await lockSession(tx, locator);
    states.next(session.status, 'answer');
    if (!hasConsent) return end(ctx, tx, session, 'stop');
    const asked = await lastTurn(tx, session.id);
    const isSame = JSON.stringify(session.facts) === JSON.stringify(seen.facts);
    if (asked?.turn_number !== turnNumber || !asked.question_key || !isSame) throw new Refused('NOT_THE_OPEN_QUESTION', 'This question is not the one that is open.', 'turnNumber');
    if (!told) throw new Refused('ANSWER_INVALID', `Answer ${question?.type === 'SCALE' ? 'with a whole number from 0 to 10' : question?.type === 'CHOICE' ? 'with one of the choices' : 'yes or no'}.`, 'answer');
    return goOn(ctx, tx, session, turnNumber, { role: 'MEMBER', content: answer }, told);
  });
}

/** The question of a turn, when it is the last one; whether it still is the transaction asks again. What was known when it was asked does not change until it is answered. */
async function openQuestion(ctx: Context, session: TriageSessionRow, turnNumber: number): Promise<Question | undefined> {
  const turns = await ctx.loaders.turnsOfSession.load(session.id);
  const asked = turns.at(-1);
  ctx.loaders.turnsOfSession.clear(session.id);
  return asked?.turn_number === turnNumber && asked.question_key ? questionOf(session.complaint_kind, asked.question_key) : undefined;
}

export async function abandonTriage(ctx: Context, locator: string): Promise<TriageSessionRow> {
  if (!(await ctx.loaders.sessionByLocator.load(locator))) throw notFound('The session');
  return transaction(ctx.pool, async (tx) => end(ctx, tx, await lockSession(tx, locator), 'abandon'));
}
