/** Doormen of the ledger; directives in the SDL keep everybody but finance out. */
import { listPage } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { idFilter, type LedgerEntryRow, moneyOf } from '../mappers.ts';
import { trialBalance } from './trial-balance.ts';

export const ledgerResolvers = {
  Query: {
    journal: (_parent, { locator }, { loaders }) => loaders.journalByLocator.load(locator),
    ledgerEntries: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const { accountId, policyId, ledgerAccount, referenceId } = filter ?? {};
      const wanted = {
        ...(accountId && { account_id: idFilter(accountId) }),
        ...(policyId && { policy_id: idFilter(policyId) }),
        ...(ledgerAccount && { ledger_account: ledgerAccount }),
        ...(referenceId && { reference_id: idFilter(referenceId) }),
      };
      const where = { AND: [(await ability()).where('ledger_entries'), wanted] };
      return listPage<LedgerEntryRow>(prisma.ledger_entries, where, page, (ids) => loaders.entryById.loadMany(ids));
    },
    trialBalance: (_parent, { asOf, basis }, { pool, clock }) => trialBalance(pool, asOf ?? clock.today(), basis ?? 'EFFECTIVE'),
  },
  Journal: { entries: (journal, _args, { loaders }) => loaders.entriesOfJournal.load(journal.id) },
  LedgerEntry: {
    amount: moneyOf,
    journal: async (entry, _args, { loaders }) => (await loaders.journalById.load(entry.journal_id)) as NonNullable<Awaited<ReturnType<typeof loaders.journalById.load>>>,
  },
} satisfies Resolvers<Context>;
