/** Takes dependants off who have come of age, by an endorsement on the system's behalf, from the day that was kept for them (leaving.ts). */
import { serviceIdentity } from '@olly/kit/auth';
import { Refused } from '@olly/kit/errors';
import type { RequestBase } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import { type Context, createContext, type Services } from '../context.ts';
import { endorsePolicy } from './endorse.ts';

interface DueRow {
  readonly id: string;
  readonly policy: string;
  readonly party_locator: string;
  readonly leaves_on: IsoDate;
}

const BATCH = 500;

/**
 * Takes off who has come of age; answers how many. The key is the person's, so a job that runs twice does it once. What is refused (they left before, the policy has ended, nobody would be left)
 * is done with, and told in the log.
 */
export async function endDependants(base: Omit<RequestBase, 'identity' | 'ability' | 'requestId'>, services: Services): Promise<number> {
  const everything = { sees: () => true, seesFully: () => true, where: () => ({}) };
  const context = (): Context => createContext({ ...base, identity: serviceIdentity('enrollment'), requestId: 'dependants', ability: async () => everything }, services);
  const { rows } = await base.pool.query<DueRow>(
    `SELECT leaving.id, policy.locator AS policy, leaving.party_locator, leaving.leaves_on FROM enrollment.dependant_leavings AS leaving
     JOIN enrollment.policies AS policy ON policy.id = leaving.policy_id WHERE leaving.done_at IS NULL AND leaving.leaves_on <= $1::date ORDER BY leaving.leaves_on, leaving.id LIMIT $2`,
    [base.clock.today(), BATCH],
  );
  let left = 0;
  for (const { id, policy, party_locator: party, leaves_on: effectiveDate } of rows) {
    try {
      await endorsePolicy(context(), { change: { locator: policy, effectiveDate, removeInsured: [party] }, idempotencyKey: `${policy}:${party}:${effectiveDate}` });
      left += 1;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Somebody is changing the policy just now: the next run finds it again.
      if (error.refusal.code === 'CONFLICT') continue;
      base.log.warn({ policy, code: error.refusal.code }, 'a dependant was not taken off');
    }
    await base.pool.query('UPDATE enrollment.dependant_leavings SET done_at = $2 WHERE id = $1', [id, base.clock.now()]);
  }
  return left;
}
