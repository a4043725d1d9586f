/** What billing adds to accounts, policies and claims. Whether they exist is their owners' word; of what is billed the row rules say who sees it. */
import type { Resolvers } from '../../generated/resolvers.ts';
import { byKey, type Context } from '../context.ts';
import type { AccountRow } from '../mappers.ts';

const isVisible = async ({ ability }: Context, account: AccountRow): Promise<boolean> => (await ability()).sees('accounts', account);

export const accountResolvers = {
  Account: {
    __resolveReference: (reference, { loaders }) => byKey(reference, loaders.accountById, loaders.accountByLocator),
    invoices: (account, args, { loaders }) => loaders.invoicesOfAccount.load(account.id, args),
    charges: (account, args, { loaders }) => loaders.chargesOfAccount.load(account.id, args),
    payments: (account, args, { loaders }) => loaders.paymentsOfAccount.load(account.id, args),
    balance: async (account, { asOf }, ctx) => ((await isVisible(ctx, account)) ? ctx.loaders.balances.load(account, asOf) : null),
    statement: async (account, { from, to }, ctx) => ((await isVisible(ctx, account)) ? ctx.loaders.statements.load(account, from, to) : null),
  },
  Policy: {
    __resolveReference: (reference, { loaders }) => byKey(reference, loaders.policyById, loaders.policyByLocator),
    charges: (policy, args, { loaders }) => loaders.chargesOfPolicy.load(policy.id, args),
  },
  Claim: {
    __resolveReference: (reference) => ({ id: reference.id }),
    charges: (claim, args, { loaders }) => loaders.chargesOfClaim.load(claim.id, args),
  },
} satisfies Resolvers<Context>;
