/** Doormen of policies, and of what enrollment adds to parties and accounts. */
import { refusable } from '@olly/kit/errors';
import { money, sum } from '@olly/kit/money';
import { listPage, resultOf, whenSeenFully } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { seesHealth } from '../access.ts';
import type { Context } from '../context.ts';
import type { PolicyRow, PolicyTransactionRow } from '../mappers.ts';
import { AUTHORITY_EXCEEDED } from '../underwriting/authority.ts';
import { cancelPolicy, gatherCancellation, reinstatePolicy } from './cancel.ts';
import { endorsePolicy, gatherEndorsement } from './endorse.ts';
import { approveEndorsement, refuseEndorsement } from './held.ts';
import { type PlannedCharge, totalsOf } from './plan.ts';
import { policyStatusOn, termStatusOn } from './policy.ts';
import { renewPolicy, setRenewal } from './renew.ts';
import { findPolicy } from './store.ts';

const inFull = <T>(resolve: (policy: PolicyRow, ctx: Context) => Promise<T>) => whenSeenFully('policies', (policy: PolicyRow, _args: unknown, ctx: Context) => resolve(policy, ctx));

const REFUSAL = 'EnrollmentRefusal';

/** What a plan would cost. */
function previewOf(charges: readonly PlannedCharge[], currency: string) {
  const totals = totalsOf(charges, currency);
  const [premium, tax, fees] = [money(totals.premium, currency), money(totals.tax, currency), money(totals.fees, currency)];
  return { premium, tax, fees, total: sum([premium, tax, fees], currency) };
}

/** The policy of something that hangs on one; it was loaded a moment ago, so the loader has it. */
async function healthIsSeen(transaction: PolicyTransactionRow, { identity, loaders }: Context): Promise<boolean> {
  const policy = await loaders.policyById.load(transaction.policy_id);
  return policy !== null && seesHealth(identity, policy);
}

export const policyResolvers = {
  Query: {
    policy: (_parent, { locator }, { loaders }) => loaders.policyByLocator.load(locator),
    policies: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const wanted = { ...(filter?.accountLocator && { account_locator: filter.accountLocator }), ...(filter?.productCode && { product_code: filter.productCode }) };
      return listPage<PolicyRow>(prisma.policies, { AND: [(await ability()).where('policies'), wanted] }, page, (ids) => loaders.policyById.loadMany(ids));
    },
    previewEndorsement: (_parent, { change }, ctx) =>
      refusable(REFUSAL, async () => {
        const { plan, now } = await gatherEndorsement(ctx, change);
        return previewOf(plan.charges, now.policy.currency);
      }),
    previewCancellation: (_parent, { cancellation }, ctx) =>
      refusable(REFUSAL, async () => {
        const { plan, now } = await gatherCancellation(ctx, cancellation);
        return previewOf(plan.charges, now.policy.currency);
      }),
    policyForClaim: async (_parent, { policyId }, { pool }) => ({ policy: await findPolicy(pool, policyId) }),
  },
  Mutation: {
    endorsePolicy: (_parent, { input }, ctx) => refusable(REFUSAL, () => endorsePolicy(ctx, input)),
    approveEndorsement: (_parent, { input }, ctx) => refusable(REFUSAL, () => approveEndorsement(ctx, input)),
    refuseEndorsement: (_parent, { input }, ctx) => refusable(REFUSAL, () => refuseEndorsement(ctx, input.locator)),
    cancelPolicy: (_parent, { input }, ctx) => refusable(REFUSAL, () => cancelPolicy(ctx, input)),
    renewPolicy: (_parent, { input }, ctx) => refusable(REFUSAL, () => renewPolicy(ctx, input)),
    setRenewal: (_parent, { input }, ctx) => refusable(REFUSAL, () => setRenewal(ctx, input)),
    reinstatePolicy: (_parent, { input }, ctx) => refusable(REFUSAL, () => reinstatePolicy(ctx, input)),
  },
  Policy: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.policyById.load(reference.id) : loaders.policyByLocator.load((reference as { locator: string }).locator)),
    status: (policy, _args, { clock }) => policyStatusOn(policy, clock.today()),
    account: (policy) => ({ locator: policy.account_locator }),
    holder: (policy) => ({ locator: policy.holder_party_locator }),
    productVersion: (policy) => ({ id: policy.product_version_id }),
    terms: (policy, _args, { loaders }) => loaders.termsOfPolicy.load(policy.id),
    transactions: inFull((policy, { loaders }) => loaders.transactionsOfPolicy.load(policy.id)),
    elements: inFull((policy, { loaders }) => loaders.elementsOfPolicy.load(policy.id)),
    fieldValues: inFull(async (policy, { loaders, identity }) => (seesHealth(identity, policy) ? loaders.answersOfPolicy.load(policy.id) : null)),
    underwritingFlags: inFull(async (policy, { loaders, identity }) =>
      seesHealth(identity, policy) ? (await loaders.flagsOfPolicy.load(policy.id)).filter((flag) => flag.withdrawn_at === null) : null,
    ),
    quote: (policy, _args, { loaders }) => loaders.quoteById.load(policy.quote_id),
  },
  PolicyTerm: { status: (term, _args, { clock }) => termStatusOn(term, clock.today()) },
  PolicyTransaction: {
    premium: (transaction) => money(transaction.premium, transaction.currency),
    tax: (transaction) => money(transaction.tax, transaction.currency),
    fees: (transaction) => money(transaction.fees, transaction.currency),
    policy: (transaction, _args, { loaders }) => loaders.policyById.load(transaction.policy_id),
    heldBy: async (transaction, _args, ctx) => {
      const { held = [] } = transaction.document as { held?: readonly string[] };
      // A reason can speak of health; that a broker lacks authority does not.
      return (await healthIsSeen(transaction, ctx)) ? held : held.filter((reason) => reason === AUTHORITY_EXCEEDED);
    },
    charges: (transaction, _args, { loaders }) => loaders.chargesOfTransaction.load(transaction.id),
    fieldValues: async (transaction, _args, ctx) => ((await healthIsSeen(transaction, ctx)) ? ctx.loaders.answersOfTransaction.load(transaction.id) : null),
  },
  PolicyCharge: { amount: (charge) => money(charge.amount, charge.currency) },
  PolicyElement: {
    premium: (element) => money(element.premium, element.currency),
    coverage: (element) => element.document,
    insured: async (element, _args, { loaders }) => (await loaders.insuredsOfElement.load(element.id)).map((insured) => ({ ...insured, currency: element.currency })),
  },
  PolicyInsured: {
    party: (insured) => ({ locator: insured.party_locator }),
    premium: (insured) => money(insured.premium, insured.currency),
  },
  PolicyForClaim: {
    exists: ({ policy }) => policy !== null,
    accountId: ({ policy }) => policy?.account_id ?? null,
    account: ({ policy }) => policy?.account_locator ?? null,
    status: ({ policy }, _args, { clock }) => policy && policyStatusOn(policy, clock.today()),
    market: ({ policy }) => policy?.market ?? null,
    productVersionId: ({ policy }) => policy?.product_version_id ?? null,
  },
  SetRenewalResult: resultOf('Policy'),
  PolicyChangeResult: resultOf('PolicyTransaction'),
  PolicyChangePreviewResult: resultOf('PolicyChangePreview'),
  Party: {
    __resolveReference: ({ locator }) => ({ locator }),
    policies: (party, page, { loaders }) => loaders.policiesOfParty.load(party.locator, page),
  },
  Account: {
    __resolveReference: ({ locator }) => ({ locator }),
    policies: (account, page, { loaders }) => loaders.policiesOfAccount.load(account.locator, page),
    quotes: (account, page, { loaders }) => loaders.quotesOfAccount.load(account.locator, page),
  },
} satisfies Resolvers<Context>;
