/** Doormen of quotes. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { QuoteRow } from '../mappers.ts';
import { explain } from '../pricing/rating.ts';
import { acceptQuote, clearFlag, issueQuote, underwriteQuote } from '../underwriting/commands.ts';
import { createQuote, discardQuote, priceQuote, refuseQuote, resetQuote, updateQuote, validateQuote } from './commands.ts';
import { OPEN, type QuoteStatus, statusAt } from './quote.ts';

const REFUSAL = 'EnrollmentRefusal';
type Step = (ctx: Context, locator: string) => Promise<QuoteRow>;
const step = (run: Step) => (_parent: unknown, { input }: { input: { locator: string } }, ctx: Context) => refusable(REFUSAL, () => run(ctx, input.locator));

/** Whether a quote has expired is told by the clock, stored or not. */
function withStatus(status: QuoteStatus | null | undefined, now: Date): object {
  if (!status) return {};
  if (status === 'EXPIRED') return { OR: [{ status }, { status: { in: [...OPEN] }, expires_at: { lte: now } }] };
  return OPEN.includes(status) ? { status, expires_at: { gt: now } } : { status };
}

const amount = (value: string | null, { currency }: { currency: string }) => (value === null ? null : money(value, currency));
const party = (locator: string) => ({ locator });

export const quoteResolvers = {
  Query: {
    quote: (_parent, { locator }, { loaders }) => loaders.quoteByLocator.load(locator),
    quotes: async (_parent, { filter, ...page }, { prisma, ability, loaders, clock }) => {
      const mine = (await ability()).where('quotes');
      const where = { AND: [mine, withStatus(filter?.status, clock.now()), ...(filter?.accountLocator ? [{ account_locator: filter.accountLocator }] : [])] };
      return listPage<QuoteRow>(prisma.quotes, where, page, (ids) => loaders.quoteById.loadMany(ids));
    },
  },
  Mutation: {
    createQuote: (_parent, { input }, ctx) => refusable(REFUSAL, () => createQuote(ctx, input)),
    updateQuote: (_parent, { input }, ctx) => refusable(REFUSAL, () => updateQuote(ctx, input)),
    validateQuote: step(validateQuote),
    priceQuote: step(priceQuote),
    underwriteQuote: step(underwriteQuote),
    acceptQuote: step(acceptQuote),
    resetQuote: step(resetQuote),
    refuseQuote: step(refuseQuote),
    discardQuote: step(discardQuote),
    issueQuote: (_parent, { input }, ctx) => refusable(REFUSAL, () => issueQuote(ctx, input)),
    clearUnderwritingFlag: (_parent, { input }, ctx) => refusable(REFUSAL, () => clearFlag(ctx, input)),
  },
  Quote: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.quoteById.load(reference.id) : loaders.quoteByLocator.load((reference as { locator: string }).locator)),
    status: (quote, _args, { clock }) => statusAt(quote, clock.now()),
    account: (quote) => ({ locator: quote.account_locator }),
    holder: (quote) => party(quote.holder_party_locator),
    productVersion: (quote) => ({ id: quote.product_version_id }),
    insured: (quote) => [...quote.document.insured],
    elements: (quote) => quote.document.elements.map(({ type, insured }) => ({ type, insured: insured.map(party) })),
    answers: (quote, _args, { loaders }) => loaders.answersOfQuote.load(quote.id),
    premium: (quote) => amount(quote.premium, quote),
    tax: (quote) => amount(quote.tax, quote),
    fees: (quote) => amount(quote.fees, quote),
    total: (quote) => amount(quote.pricing?.total ?? null, quote),
    underwritingFlags: async (quote, _args, { loaders }) => (await loaders.flagsOfQuote.load(quote.id)).filter((flag) => flag.withdrawn_at === null),
    history: (quote, _args, { loaders }) => loaders.eventsOfQuote.load(quote.id),
    policy: (quote, _args, { loaders }) => loaders.policyOfQuote.load(quote.id),
  },
  FieldValue: { key: (answer) => answer.field_key },
  QuoteInsured: { party: (insured) => party(insured.party) },
  PriceBreakdown: {
    lines: ({ lines, currency }) =>
      lines.map((line) => ({ ...line, insured: party(line.party), factors: [...line.factors], base: money(line.base, currency), premium: money(line.premium, currency), explanation: explain(line) })),
    taxes: ({ taxes, currency }) => taxes.map((line) => ({ ...line, base: money(line.base, currency), amount: money(line.amount, currency) })),
    fees: ({ fees, currency }) => fees.map((line) => ({ ...line, amount: money(line.amount, currency) })),
    premium: (pricing) => money(pricing.premium, pricing.currency),
    tax: (pricing) => money(pricing.tax, pricing.currency),
    feesTotal: (pricing) => money(pricing.feesTotal, pricing.currency),
    total: (pricing) => money(pricing.total, pricing.currency),
  },
  QuoteResult: resultOf('Quote'),
  IssueQuoteResult: resultOf('Policy'),
  ClearUnderwritingFlagResult: resultOf('UnderwritingFlag'),
} satisfies Resolvers<Context>;
