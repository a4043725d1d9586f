/** What a request of eligibility has: its loaders. Each costs one statement, however many rows are asked for. */
import { isId } from '@olly/kit/locator';
import { childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import DataLoader from 'dataloader';
import { PrismaClient } from '../generated/prisma/client.ts';
import { accumulatorsByKey, movementsOfClaims } from './accumulator/store.ts';
import { continuationsOf, liveRowsOfParties, liveRowsOfPolicies } from './coverage/store.ts';
import type { AccumulatorMovementRow, AccumulatorReviewRow, AppliedClaim, MemberCoverageRow, StoredAccumulator } from './mappers.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
}

export function createServices({ pool }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'eligibility') }) };
}

function createLoaders({ pool, ability }: RequestBase) {
  const cover = { pool, table: 'eligibility.member_coverage', subject: 'member_coverage', ability };
  const accumulators = { pool, table: 'eligibility.coverage_accumulators', subject: 'coverage_accumulators', ability };
  /** Without a row rule: who gets there has passed one. */
  const plain = (table: string) => ({ pool, table: `eligibility.${table}`, ability });
  const historyOf = (column: 'party_id' | 'policy_id') => childrenLoader<MemberCoverageRow>(cover, column, 'uuid', 'id DESC');
  const [ofParty, ofPolicy] = [historyOf('party_id'), historyOf('policy_id')];
  const seen = async (rows: readonly MemberCoverageRow[]) => {
    const who = await ability();
    return rows.filter((row) => who.sees('member_coverage', row));
  };
  return {
    coverById: rowLoader<MemberCoverageRow>(cover, 'id', 'uuid'),
    /** All that the caller may see, history too, newest first: a person's and a family's, so never many. Filtered before it is cut into pages. */
    historyOfParty: { load: async (party: string) => seen(await ofParty.load(party)) },
    historyOfPolicy: { load: async (policy: string) => seen(await ofPolicy.load(policy)) },
    /** A person's live rows that the caller may see, by id or locator. */
    coverOfParty: new DataLoader<string, MemberCoverageRow[]>(async (parties) => {
      const rows = await seen(await liveRowsOfParties(pool, parties.filter(isId), parties.filter((party) => !isId(party))));
      return parties.map((party) => rows.filter((row) => row.party_id === party || row.party_locator === party));
    }),
    /** Everybody's live rows under a policy, of those that the caller may see. */
    coverOfPolicy: new DataLoader<string, MemberCoverageRow[]>(async (policies) => {
      const rows = await seen(await liveRowsOfPolicies(pool, policies));
      return policies.map((policy) => rows.filter((row) => row.policy_id === policy));
    }),
    continuationsOfPolicy: new DataLoader(async (policies: readonly string[]) => {
      const rows = await continuationsOf(pool, policies);
      return policies.map((policy) => rows.filter((row) => row.policy_id === policy));
    }),
    accumulatorById: rowLoader<StoredAccumulator>(accumulators, 'id', 'uuid'),
    accumulatorOfMovement: rowLoader<StoredAccumulator>(plain('coverage_accumulators'), 'id', 'uuid'),
    accumulatorByKey: new DataLoader<string, StoredAccumulator | null>(async (keys) => {
      const rows = new Map((await accumulatorsByKey(pool, keys)).map((row) => [row.key, row]));
      return keys.map((key) => rows.get(key) ?? null);
    }),
    appliedClaim: rowLoader<AppliedClaim>(plain('applied_claims'), 'claim_locator', 'text'),
    movementsOfClaim: new DataLoader<string, AccumulatorMovementRow[]>(async (claims) => {
      const rows = await movementsOfClaims(pool, claims);
      return claims.map((claim) => rows.filter((row) => row.claim_locator === claim));
    }),
    reviewById: rowLoader<AccumulatorReviewRow>(plain('accumulator_reviews'), 'id', 'uuid'),
  };
}

export interface Context extends RequestBase {
  readonly prisma: PrismaClient;
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, { prisma }: Services): Context => ({ ...base, prisma, loaders: createLoaders(base) });
