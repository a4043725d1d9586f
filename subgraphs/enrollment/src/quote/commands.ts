/**
 * A quote until it is priced, and how it is given up. Each command gathers (the quote, and the product's facts from policy_admin), decides (quote.ts, document.ts, answers.ts,
 * rating.ts) and saves quote, audit row and event in one transaction. What was gathered belongs to a version of the quote: when somebody was faster, the answer is CONFLICT.
 */
import { notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { QuoteRow } from '../mappers.ts';
import { notAvailable, type QuotingFacts } from '../ports/policyAdmin.ts';
import { price } from '../pricing/rating.ts';
import { checkAnswers, checkRequired, type GivenAnswer } from './answers.ts';
import { checkPeople, checkStart, documentOf, termOf, type WantedElement, type WantedInsured } from './document.ts';
import { quoteEvent } from './events.ts';
import { checkStep, type QuoteCommand, quoteMachine } from './quote.ts';
import { answersOf, findQuote, findQuoteById, insertQuote, insertQuoteEvent, lockQuote, replaceAnswers, saveStep, withdrawFlags } from './store.ts';
import { checkWho, isOfficer, placedBy } from './who.ts';

export interface CreateQuoteInput {
  readonly accountLocator: string;
  readonly productVersionId: string;
  readonly effectiveFrom: IsoDate;
  readonly region?: string | null;
  readonly insured: readonly WantedInsured[];
  readonly elements?: readonly WantedElement[] | null;
  readonly answers?: readonly GivenAnswer[] | null;
  readonly broker?: string | null;
  readonly scheme?: string | null;
  readonly idempotencyKey: string;
}

export interface UpdateQuoteInput {
  readonly locator: string;
  readonly version: number;
  readonly effectiveFrom?: IsoDate | null;
  readonly region?: string | null;
  readonly insured?: readonly WantedInsured[] | null;
  readonly elements?: readonly WantedElement[] | null;
  readonly answers?: readonly GivenAnswer[] | null;
}

const REGION = /^[A-Z0-9][A-Z0-9 _-]{0,19}$/;

function regionOf(region: string | null | undefined): string | null {
  if (region == null) return null;
  if (!REGION.test(region)) throw new Refused('REGION_NOT_RATED', 'A region is written as the product’s rating areas are, for instance NY.', 'region');
  return region;
}

/** The quote, if the caller may see all of it. */
export async function quoteFor(ctx: Context, locator: string): Promise<QuoteRow> {
  const quote = await findQuote(ctx.pool, locator);
  if (!quote || !(await ctx.ability()).seesFully('quotes', quote)) throw notFound('The quote');
  return quote;
}

/** What the product, account and people are now. */
export async function factsOf(ctx: Context, quote: Pick<QuoteRow, 'product_version_id' | 'account_locator'>, parties: readonly string[]): Promise<QuotingFacts> {
  const facts = await ctx.policyAdmin.quotingFacts(quote.product_version_id, quote.account_locator, [...new Set(parties)]);
  if (!facts) throw notAvailable();
  return facts;
}

/** Locks the quote; it must still be as it was gathered. */
export async function lockAsGathered(tx: PoolClient, gathered: QuoteRow): Promise<QuoteRow> {
  const quote = await lockQuote(tx, gathered.id);
  if (quote.version !== gathered.version) throw new Refused('CONFLICT', `The quote was changed meanwhile and is ${quote.status}; read it again.`);
  return quote;
}

const todayIn = (ctx: Context, facts: QuotingFacts): IsoDate => ctx.clock.today(facts.market.timeZone);

/** Opens a quote. Throws `Refused`; an account or person that is not the caller's to insure is NOT_FOUND. */
export async function createQuote(ctx: Context, { idempotencyKey, ...input }: CreateQuoteInput): Promise<QuoteRow> {
  const by = placedBy(ctx, input);
  const region = regionOf(input.region);
  const facts = await factsOf(ctx, { product_version_id: input.productVersionId, account_locator: input.accountLocator }, input.insured.map((one) => one.partyLocator));
  await checkWho(ctx, facts);
  const { document: terms, product } = facts.version;
  if (facts.account.currency !== terms.currency) throw new Refused('CURRENCY_MISMATCH', `The account is kept in ${facts.account.currency}, the product in ${terms.currency}.`, 'accountLocator');
  checkStart(input.effectiveFrom, facts, todayIn(ctx, facts), isOfficer(ctx.identity));
  const document = documentOf(input.insured, input.elements, terms, facts.parties);
  const answers = checkAnswers(facts.version.fields, input.answers ?? [], terms.currency);
  const term = termOf(input.effectiveFrom, terms);
  const expiresAt = new Date(ctx.clock.now());
  expiresAt.setUTCDate(expiresAt.getUTCDate() + terms.quoteValidDays);

  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `createQuote:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      const quote = await insertQuote(tx, ctx, {
        account_id: facts.account.id,
        account_locator: facts.account.locator,
        holder_party_id: facts.holder.partyId,
        holder_party_locator: facts.holder.partyLocator,
        ...by,
        product_version_id: facts.version.id,
        product_code: product.code,
        currency: terms.currency,
        effective_from: term.from,
        effective_to: term.to,
        region,
        document,
        expires_at: expiresAt,
      });
      await replaceAnswers(tx, ctx, quote.id, answers);
      await insertQuoteEvent(tx, ctx, { quoteId: quote.id, command: 'create', from: null, to: 'DRAFT', actor: ctx.identity.subject });
      return quote.id;
    });
    return findQuoteById(tx, id);
  });
}

/** Changes a draft. What is left out stays; answers are merged by key. */
export async function updateQuote(ctx: Context, input: UpdateQuoteInput): Promise<QuoteRow> {
  const quote = await quoteFor(ctx, input.locator);
  checkStep(quote, 'update', ctx.clock.now());
  if (quote.version !== input.version) throw new Refused('CONFLICT', 'The quote was changed meanwhile; read it again.', 'version');
  const region = input.region === undefined ? quote.region : regionOf(input.region);
  const insured = input.insured ?? quote.document.insured.map((one) => ({ partyLocator: one.party, relationship: one.relationship }));
  const facts = await factsOf(ctx, quote, insured.map((one) => one.partyLocator));
  if (input.insured) await checkWho(ctx, facts);
  const terms = facts.version.document;
  const from = input.effectiveFrom ?? quote.effective_from;
  checkStart(from, facts, todayIn(ctx, facts), isOfficer(ctx.identity));
  const document = documentOf(insured, input.elements ?? elementsFor(quote, input), terms, facts.parties);
  const given = input.answers ?? [];
  const kept = (await answersOf(ctx.pool, quote.id)).filter(({ key }) => !given.some((one) => one.key === key));
  const answers = checkAnswers(facts.version.fields, [...kept, ...given], terms.currency);
  const term = termOf(from, terms);

  return transaction(ctx.pool, async (tx) => {
    const locked = await lockAsGathered(tx, quote);
    checkStep(locked, 'update', ctx.clock.now());
    await replaceAnswers(tx, ctx, quote.id, answers);
    const changes = { effective_from: term.from, effective_to: term.to, region, document };
    return saveStep(tx, ctx, { quote: locked, command: 'update', to: quoteMachine.next(locked.status, 'update'), actor: ctx.identity.subject, changes });
  });
}

/** New people are covered by every element of the draft; people as they were keep what they have. */
const elementsFor = (quote: QuoteRow, { insured }: UpdateQuoteInput): WantedElement[] =>
  quote.document.elements.map((one) => (insured ? { type: one.type } : { type: one.type, insuredLocators: one.insured }));

const peopleOf = (quote: QuoteRow): string[] => quote.document.insured.map((one) => one.party);

/** Everything that must be right before a price means anything. Answers the price as well: what cannot be priced is not valid. */
async function checkWhole(ctx: Context, quote: QuoteRow) {
  const [facts, answers] = await Promise.all([factsOf(ctx, quote, peopleOf(quote)), answersOf(ctx.pool, quote.id)]);
  const { document: terms, fields } = facts.version;
  checkStart(quote.effective_from, facts, todayIn(ctx, facts), isOfficer(ctx.identity));
  checkPeople(quote.document, quote.effective_from, terms, facts.parties);
  checkAnswers(fields, answers, terms.currency);
  checkRequired(fields, answers);
  const pricing = price({
    terms,
    elements: quote.document.elements,
    people: facts.parties.map(({ locator, dateOfBirth }) => ({ party: locator, birth: dateOfBirth as IsoDate })),
    region: quote.region,
    answers: Object.fromEntries(answers.map(({ key, value }) => [key, value])),
    from: quote.effective_from,
    taxes: facts.market.taxes,
  });
  return { facts, pricing };
}

/** DRAFT → VALIDATED. */
export async function validateQuote(ctx: Context, locator: string): Promise<QuoteRow> {
  const quote = await quoteFor(ctx, locator);
  checkStep(quote, 'validate', ctx.clock.now());
  await checkWhole(ctx, quote);
  return step(ctx, quote, 'validate');
}

/** VALIDATED → PRICED. */
export async function priceQuote(ctx: Context, locator: string): Promise<QuoteRow> {
  const quote = await quoteFor(ctx, locator);
  checkStep(quote, 'price', ctx.clock.now());
  const { pricing } = await checkWhole(ctx, quote);
  return transaction(ctx.pool, async (tx) => {
    const locked = await lockAsGathered(tx, quote);
    checkStep(locked, 'price', ctx.clock.now());
    const priced = await saveStep(tx, ctx, { quote: locked, command: 'price', to: quoteMachine.next(locked.status, 'price'), actor: ctx.identity.subject, changes: { pricing } });
    await appendToOutbox(tx, ctx, [quoteEvent('priced', priced, ctx.clock.today())]);
    return priced;
  });
}

/** Back to DRAFT: price and flags of rules go. */
export async function resetQuote(ctx: Context, locator: string): Promise<QuoteRow> {
  const quote = await quoteFor(ctx, locator);
  return step(ctx, quote, 'reset', async (tx) => {
    await withdrawFlags(tx, ctx, quote.id);
    return { pricing: null };
  });
}

export const refuseQuote = async (ctx: Context, locator: string): Promise<QuoteRow> => step(ctx, await quoteFor(ctx, locator), 'refuse');
export const discardQuote = async (ctx: Context, locator: string): Promise<QuoteRow> => step(ctx, await quoteFor(ctx, locator), 'discard');

/** A step that depends on the state alone. */
async function step(ctx: Context, gathered: QuoteRow, command: QuoteCommand, alter?: (tx: PoolClient) => Promise<{ pricing: null }>): Promise<QuoteRow> {
  return transaction(ctx.pool, async (tx) => {
    const quote = command === 'validate' ? await lockAsGathered(tx, gathered) : await lockQuote(tx, gathered.id);
    checkStep(quote, command, ctx.clock.now());
    const changes = await alter?.(tx);
    return saveStep(tx, ctx, { quote, command, to: quoteMachine.next(quote.status, command), actor: ctx.identity.subject, changes });
  });
}
