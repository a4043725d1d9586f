/** Work that runs by itself: claims that a crash or a missing answer has left in the middle or a premium has freed, batches, and the clocks of prior authorisations. Each may run twice. */
import { transaction } from '@olly/kit/postgres';
import type { SubgraphDeps, SubgraphJobs } from '@olly/kit/server';
import { takeUp } from './claim/process.ts';
import { freedByPremium, leftInTheMiddle } from './claim/store.ts';
import { BATCH_TASK } from './batch/store.ts';
import { workBatch } from './batch/work.ts';
import { jobContext, type Services } from './context.ts';
import { watchClocks } from './priorAuthorisation/store.ts';

const BATCH_MAX = 200;

/** Takes up every claim that nobody is at; answers how many. One that fails stays for the next run and stops no other. */
export async function finishClaims(deps: SubgraphDeps, services: Services): Promise<number> {
  let finished = 0;
  const waiting = [...(await leftInTheMiddle(deps.pool, BATCH_MAX)), ...(await freedByPremium(deps.pool, BATCH_MAX))];
  for (const id of waiting) {
    try {
      if (await takeUp(jobContext(deps, services), id)) finished += 1;
    } catch (error) {
      deps.log.warn({ claimId: id, error: error instanceof Error ? error.name : 'unknown' }, 'a claim is taken up again later');
    }
  }
  return finished;
}

export const createJobs = (services: Services, deps: SubgraphDeps): SubgraphJobs => ({
  tasks: {
    finish_claims: async () => {
      await finishClaims(deps, { ...services, coverWaitMs: 0 });
    },
    [BATCH_TASK]: async ({ batchId }) => {
      await workBatch(() => jobContext(deps, { ...services, coverWaitMs: 0 }), String(batchId));
    },
    watch_prior_authorisations: async () => {
      const ctx = jobContext(deps, services);
      await transaction(deps.pool, (tx) => watchClocks(tx, ctx));
    },
  },
  crontab: '* * * * * finish_claims\n*/5 * * * * watch_prior_authorisations',
});
