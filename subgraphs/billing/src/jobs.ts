/**
 * What happens by itself, on the business clock, every minute: charges are invoiced, installments asked for or overdue, overdue ones
 * dunned to the lapse, month ends earned, and payments finished that a dead process has left. Each task may run twice or be missed for a month: it looks at what is due, not at what time it is.
 */
import { transaction } from '@olly/kit/postgres';
import type { SubgraphDeps, SubgraphJobs } from '@olly/kit/server';
import { accountsToInvoice } from './charge/store.ts';
import type { Services } from './context.ts';
import { accountsToDun, dunAccount } from './dunning/commands.ts';
import { advanceAccount, invoiceAccount } from './invoice/commands.ts';
import { accountsToAdvance } from './invoice/store.ts';
import { earnPremium } from './ledger/earning.ts';
import { originOfJob } from './origin.ts';
import { unfinished } from './payment/store.ts';

const BATCH = 200;
/** Younger payments are still being asked for by whoever took them. */
const UNFINISHED_AFTER_MS = 60_000;

/** Runs `step` on accounts that `find` names until it names none that was not done before: one that cannot be done does not hold up the others. */
async function eachAccount(pool: SubgraphDeps['pool'], find: (tx: Parameters<Parameters<typeof transaction>[1]>[0]) => Promise<string[]>, step: (id: string) => Promise<void>): Promise<void> {
  const seen = new Set<string>();
  const failures: unknown[] = [];
  for (;;) {
    const accounts = (await transaction(pool, find)).filter((id) => !seen.has(id));
    if (accounts.length === 0) break;
    for (const id of accounts) {
      seen.add(id);
      await step(id).catch((error: unknown) => failures.push(error));
    }
  }
  if (failures.length > 0) throw failures[0];
}

export function tasksOf({ finishPayment, finishRefund }: Services, deps: SubgraphDeps) {
  const { pool, clock } = deps;
  const origin = originOfJob(deps);
  return {
    invoiceCharges: () => eachAccount(pool, (tx) => accountsToInvoice(tx, BATCH), (id) => transaction(pool, (tx) => invoiceAccount(tx, origin, id))),
    advanceInstallments: () => eachAccount(pool, (tx) => accountsToAdvance(tx, clock.today(), BATCH), (id) => transaction(pool, (tx) => advanceAccount(tx, origin, id))),
    dunAccounts: () => eachAccount(pool, (tx) => accountsToDun(tx, clock.today(), BATCH), (id) => transaction(pool, (tx) => dunAccount(tx, origin, id))),
    earnPremium: () => earnPremium(pool, origin),
    async finishPayments() {
      const { payments, refunds } = await transaction(pool, (tx) => unfinished(tx, new Date(clock.now().getTime() - UNFINISHED_AFTER_MS), BATCH));
      for (const id of payments) await finishPayment(pool, origin, id);
      for (const id of refunds) await finishRefund(pool, origin, id);
    },
  };
}

export function jobs(services: Services, deps: SubgraphDeps): SubgraphJobs {
  const tasks = tasksOf(services, deps);
  return { tasks, crontab: Object.keys(tasks).map((task) => `* * * * * ${task}`).join('\n') };
}
