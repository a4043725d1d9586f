/** Doormen of accumulators. Who sees a person's cover sees the person's; the family's are for those insured by the policy, its holder and staff. */
import { isId } from '@olly/kit/locator';
import { money } from '@olly/kit/money';
import type { Resolvers } from '../../generated/resolvers.ts';
import { seesFamilyClaims } from '../access.ts';
import type { Context } from '../context.ts';
import { coveredElement } from '../coverage/continuity.ts';
import { isInForce } from '../coverage/cover.ts';
import type { AccumulatorMovementRow, AccumulatorRow, MemberCoverageRow, StoredAccumulator } from '../mappers.ts';
import { accumulatorsOf } from './accumulator.ts';
import { remaining } from './arithmetic.ts';
import { type Quantity, quantity, quantityText } from './quantity.ts';
import { shown, shownAlone } from './view.ts';

const TABLE = 'coverage_accumulators';

/** What is used and left under rows of cover on a day, of what the caller may see. */
export async function accumulatorsUnder({ loaders, ability }: Context, rows: readonly MemberCoverageRow[], day: string, coverageTermKey?: string | null): Promise<AccumulatorRow[]> {
  const policies = [...new Set(rows.filter((row) => row.scheme !== null).map((row) => row.policy_id))];
  const continuations = (await Promise.all(policies.map((policy) => loaders.continuationsOfPolicy.load(policy)))).flat();
  const all = rows.flatMap((row) => accumulatorsOf(coveredElement(row, continuations), day, coverageTermKey));
  const who = await ability();
  const seen = [...new Map(all.map((one) => [one.key, one])).values()].filter((one) => who.sees(TABLE, { party_id: one.partyId, policy_id: one.policyId }));
  const stored = await Promise.all(seen.map((one) => loaders.accumulatorByKey.load(one.key)));
  return seen.map((one, index) => shown(one, stored[index]));
}

const amount = (row: AccumulatorRow, value: Quantity) => (row.currency === null ? null : money(quantityText(value, row.currency), row.currency));
const count = (row: AccumulatorRow, value: Quantity) => (row.currency === null ? quantityText(value, null) : null);
const left = (row: AccumulatorRow): Quantity => remaining({ limit: row.limit_quantity, used: row.used_quantity });

const storedOf = ({ loaders }: Context, movement: AccumulatorMovementRow) => loaders.accumulatorOfMovement.load(movement.accumulator_id) as Promise<StoredAccumulator>;

export const accumulatorResolvers = {
  Query: {
    accumulator: async (_parent, { id }, { loaders }) => {
      const row = isId(id) ? await loaders.accumulatorById.load(id) : null;
      return row && shownAlone(row);
    },
  },
  Accumulator: {
    limit: (row) => amount(row, row.limit_quantity),
    used: (row) => amount(row, row.used_quantity),
    remaining: (row) => amount(row, left(row)),
    limitCount: (row) => count(row, row.limit_quantity),
    usedCount: (row) => count(row, row.used_quantity),
    remainingCount: (row) => count(row, left(row)),
    party: (row) => (row.party_id === null ? null : { id: row.party_id }),
    policy: (row) => ({ id: row.policy_id }),
    lastClaim: async (row, _args, { ability, identity }) => {
      if (row.last_claim_locator === null) return null;
      const maySee = row.party_id === null ? seesFamilyClaims(identity) : (await ability()).seesFully(TABLE, row);
      return maySee ? { locator: row.last_claim_locator } : null;
    },
  },
  AccumulatorMovement: {
    accumulator: async (movement, _args, ctx) => shownAlone(await storedOf(ctx, movement)),
    amount: async (movement, _args, ctx) => {
      const { currency } = await storedOf(ctx, movement);
      return currency === null ? null : money(movement.amount, currency);
    },
    count: async (movement, _args, ctx) => ((await storedOf(ctx, movement)).currency === null ? quantityText(quantity(movement.amount), null) : null),
  },
  Policy: {
    accumulators: async (policy, { onDate }, ctx) => {
      const day = onDate ?? ctx.clock.today();
      const rows = await ctx.loaders.coverOfPolicy.load(policy.id);
      return rows.length > 0 ? accumulatorsUnder(ctx, rows.filter((row) => isInForce(row, day)), day) : null;
    },
  },
  Claim: {
    // what a line took says what was treated: only who sees the person's accumulators fully is told
    accumulatorMovements: async (claim, _args, { loaders, ability }) => {
      const applied = await loaders.appliedClaim.load(claim.locator);
      if (!applied || !(await ability()).seesFully(TABLE, applied)) return null;
      return loaders.movementsOfClaim.load(claim.locator);
    },
  },
} satisfies Resolvers<Context>;
