/**
 * Underwriting, and the two steps that ask it again: accept and issue. The rules are asked over the network before the transaction opens; in it, the locked quote must still be the
 * one they were asked about. Where the rules now hold a quote back, that state is committed first and the refusal follows. Issuing writes policy, answers, charges,
 * grants, audit rows and event in one transaction, once: the quote's row lock, its state and the unique `quote_id` of policies all say so.
 */
import { replaceAccess } from '@olly/kit/auth';
import { notFound, Refused } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { ageOn, type IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { PolicyRow, QuoteRow, UnderwritingFlagRow } from '../mappers.ts';
import { policyEvent } from '../policy/events.ts';
import { issueOf } from '../policy/issue.ts';
import { keepLeavings } from '../policy/leaving.ts';
import { findPolicy, insertIssue } from '../policy/store.ts';
import type { QuotingFacts, RuleOutcome } from '../ports/policyAdmin.ts';
import { factsOf, lockAsGathered, quoteFor } from '../quote/commands.ts';
import { quoteEvent } from '../quote/events.ts';
import { checkStep, type QuoteCommand, quoteMachine, statusAt, type UnderwritingOutcome } from '../quote/quote.ts';
import { answersOf, changeFlags, flagsOf, insertQuoteEvent, lockQuote, saveStep } from '../quote/store.ts';
import { authorityOutcome, isAboveAuthority } from './authority.ts';
import { decide, flagChanges, isAuthority } from './flags.ts';

interface Asked {
  readonly facts: QuotingFacts;
  readonly outcomes: readonly RuleOutcome[];
}

/** Whether a broker's quote is within what they may bind today; nothing for a quote without a broker. */
async function authorityOver(ctx: Context, { broker, premium, currency }: QuoteRow, { version, market }: QuotingFacts): Promise<RuleOutcome[]> {
  if (broker === null) return [];
  const limit = await ctx.brokerApi.authority(broker, ctx.clock.today(market.timeZone));
  return [authorityOutcome(isAboveAuthority(money(premium ?? '0', currency), version.document.termMonths, limit))];
}

/** What the rules, and a broker's authority, say about the quote as it stands. */
async function askRules(ctx: Context, quote: QuoteRow): Promise<Asked> {
  const [facts, answers] = await Promise.all([factsOf(ctx, quote, quote.document.insured.map((one) => one.party)), answersOf(ctx.pool, quote.id)]);
  const insured = quote.document.insured.map(({ party, relationship }) => {
    const birth = facts.parties.find(({ locator }) => locator === party)?.dateOfBirth as IsoDate;
    return { age: ageOn(birth, quote.effective_from), relation: relationship };
  });
  const outcomes = await ctx.policyAdmin.underwrite(quote.product_version_id, quote.id, {
    insured,
    answers: Object.fromEntries(answers.map(({ key, value }) => [key, value])),
    region: quote.region ?? '',
    premium: quote.premium ?? '0',
    elements: quote.document.elements.map(({ type }) => type),
    effectiveFrom: quote.effective_from,
    channel: quote.broker ? 'BROKER' : quote.scheme ? 'SCHEME' : 'DIRECT',
  });
  return { facts, outcomes: [...outcomes, ...(await authorityOver(ctx, quote, facts))] };
}

/** Applies what the rules said to a locked quote's flags, and answers where these leave it. */
async function judge(tx: PoolClient, ctx: Context, quote: QuoteRow, outcomes: readonly RuleOutcome[]): Promise<UnderwritingOutcome> {
  return decide(await changeFlags(tx, ctx, quote.id, flagChanges(await flagsOf(tx, quote.id), outcomes)));
}

/** Moves a locked quote to where underwriting leaves it, and tells who waits for referred ones. */
async function settle(tx: PoolClient, ctx: Context, quote: QuoteRow, command: QuoteCommand, outcome: UnderwritingOutcome): Promise<QuoteRow> {
  const saved = await saveStep(tx, ctx, { quote, command, to: quoteMachine.next(quote.status, command, outcome), actor: ctx.identity.subject });
  if (outcome === 'REFERRED') await appendToOutbox(tx, ctx, [quoteEvent('referred', saved, ctx.clock.today())]);
  return saved;
}

/** Why a quote is held: a broker who lacks authority is told so. */
async function blocked(ctx: Context, { id, status }: Pick<QuoteRow, 'id' | 'status'>): Promise<Refused> {
  const flags = await flagsOf(ctx.pool, id);
  if (flags.some((flag) => isAuthority(flag) && flag.withdrawn_at === null && flag.cleared_at === null)) {
    return new Refused('AUTHORITY_EXCEEDED', `The premium is above what the broker may bind: the quote is ${status} until an underwriter has seen it.`);
  }
  return new Refused('UNDERWRITING_BLOCKED', `Underwriting holds this quote: it is now ${status}.`);
}

/** Refuses to bind a quote that is held for want of authority, by that name; any other step that its state does not allow, by its states. */
async function checkBinding(ctx: Context, quote: QuoteRow, command: 'accept' | 'issue'): Promise<void> {
  if (quote.status === 'REFERRED' && statusAt(quote, ctx.clock.now()) === 'REFERRED') {
    const refusal = await blocked(ctx, quote);
    if (refusal.refusal.code === 'AUTHORITY_EXCEEDED') throw refusal;
  }
  checkStep(quote, command, ctx.clock.now());
}

/** PRICED, REFERRED or DECLINED → what the rules and the lifted flags make of it. */
export async function underwriteQuote(ctx: Context, locator: string): Promise<QuoteRow> {
  const quote = await quoteFor(ctx, locator);
  checkStep(quote, 'underwrite', ctx.clock.now());
  const { outcomes } = await askRules(ctx, quote);
  return transaction(ctx.pool, async (tx) => {
    const locked = await lockAsGathered(tx, quote);
    checkStep(locked, 'underwrite', ctx.clock.now());
    return settle(tx, ctx, locked, 'underwrite', await judge(tx, ctx, locked, outcomes));
  });
}

/** The request at one moment: what is checked against the clock and what is written down then say the same time. */
function atOneMoment(ctx: Context): Context {
  const now = ctx.clock.now();
  return { ...ctx, clock: { now: () => now, today: (zone) => ctx.clock.today(zone) } };
}

/** UNDERWRITTEN → ACCEPTED, unless its time has run out or the rules now say otherwise. */
export async function acceptQuote(ctx: Context, locator: string): Promise<QuoteRow> {
  const quote = await quoteFor(ctx, locator);
  await checkBinding(ctx, quote, 'accept');
  const { outcomes } = await askRules(ctx, quote);
  const result = await transaction(ctx.pool, async (tx) => {
    const locked = await lockAsGathered(tx, quote);
    const then = atOneMoment(ctx);
    checkStep(locked, 'accept', then.clock.now());
    const outcome = await judge(tx, then, locked, outcomes);
    if (outcome !== 'UNDERWRITTEN') return settle(tx, then, locked, 'accept', outcome);
    const to = quoteMachine.next(locked.status, 'accept', 'ACCEPTED');
    const accepted = await saveStep(tx, then, { quote: locked, command: 'accept', to, actor: ctx.identity.subject, changes: { accepted_at: then.clock.now() } });
    await appendToOutbox(tx, then, [quoteEvent('accepted', accepted, ctx.clock.today())]);
    return accepted;
  });
  if (result.status !== 'ACCEPTED') throw await blocked(ctx, result);
  return result;
}

/** Writes everything that issuing makes of a locked quote; answers the policy's id. */
async function issueLocked(tx: PoolClient, ctx: Context, quote: QuoteRow, facts: QuotingFacts): Promise<string> {
  const today = ctx.clock.today(facts.market.timeZone);
  const issue = issueOf({ quote, facts, actor: ctx.identity.subject, now: ctx.clock.now(), today }, ctx.ids);
  await insertIssue(tx, ctx, issue);
  await saveStep(tx, ctx, { quote, command: 'issue', to: quoteMachine.next(quote.status, 'issue', 'ISSUED'), actor: ctx.identity.subject });
  await replaceAccess(tx, ctx.schema, issue.policy.locator, issue.access, issue.policy.id);
  await keepLeavings(tx, ctx, issue.policy, { from: quote.effective_from, to: quote.effective_to }, quote.document.insured, facts);
  await appendToOutbox(tx, ctx, [policyEvent('issued', issue, facts.version.document.billing, today)]);
  return issue.policy.id;
}

/** ACCEPTED → ISSUED. The same key gives the same policy; another key on an issued quote is an illegal step. */
export async function issueQuote(ctx: Context, { locator, idempotencyKey }: { locator: string; idempotencyKey: string }): Promise<PolicyRow> {
  const quote = await quoteFor(ctx, locator);
  const isRepeat = quote.status === 'ISSUED';
  if (!isRepeat) await checkBinding(ctx, quote, 'issue');
  const asked = isRepeat ? null : await askRules(ctx, quote);
  const result = await transaction(ctx.pool, async (tx) => {
    const locked = await lockQuote(tx, quote.id);
    const call = { schema: ctx.schema, scope: `issueQuote:${ctx.identity.subject}`, key: idempotencyKey, body: { locator } };
    if (locked.status === 'ISSUED' || !asked) return once(tx, call, async (): Promise<string> => quoteMachine.next(locked.status, 'issue', 'ISSUED'));
    checkStep(locked, 'issue', ctx.clock.now());
    if (locked.version !== quote.version) throw new Refused('CONFLICT', 'The quote was changed meanwhile; read it again.');
    const outcome = await judge(tx, ctx, locked, asked.outcomes);
    if (outcome !== 'UNDERWRITTEN') return { held: (await settle(tx, ctx, locked, 'issue', outcome)).status };
    return once(tx, call, () => issueLocked(tx, ctx, locked, asked.facts));
  });
  if (typeof result !== 'string') throw await blocked(ctx, { id: quote.id, status: result.held });
  const policy = await findPolicy(ctx.pool, result);
  if (!policy) throw new Error('an issued policy is not there');
  return policy;
}

const REASON_CHARACTERS_MAX = 500;

/** Lifts a block or decline, by an underwriter, with a reason. The quote moves when it is underwritten again. */
export async function clearFlag(ctx: Context, { id, reason }: { id: string; reason: string }): Promise<UnderwritingFlagRow> {
  const why = reason.trim();
  if (why === '' || why.length > REASON_CHARACTERS_MAX) throw new Refused('REASON_REQUIRED', `reason: 1 to ${REASON_CHARACTERS_MAX} characters.`, 'reason');
  return transaction(ctx.pool, async (tx) => {
    const found = await tx.query<{ quote_id: string }>('SELECT quote_id FROM enrollment.underwriting_flags WHERE id = $1', [id]);
    const quoteId = found.rows[0]?.quote_id;
    if (!quoteId) throw notFound('The flag');
    const quote = await lockQuote(tx, quoteId);
    const flag = (await flagsOf(tx, quoteId)).find((one) => one.id === id) as UnderwritingFlagRow;
    if (flag.flag_type === 'REJECT') throw new Refused('FLAG_PERMANENT', 'A reject cannot be lifted.');
    if (flag.withdrawn_at !== null || flag.cleared_at !== null) throw new Refused('FLAG_NOT_STANDING', 'The flag was lifted or withdrawn before.');
    const { rows } = await tx.query<UnderwritingFlagRow>(
      'UPDATE enrollment.underwriting_flags SET cleared_at = $2, cleared_by = $3, cleared_reason = $4 WHERE id = $1 RETURNING *',
      [id, ctx.clock.now(), ctx.identity.subject, why],
    );
    await insertQuoteEvent(tx, ctx, { quoteId, command: 'clear flag', from: quote.status, to: quote.status, actor: ctx.identity.subject });
    return rows[0] as UnderwritingFlagRow;
  });
}
