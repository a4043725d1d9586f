/** Doormen of cover and of the question of eligibility. */
import { badInput } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { type Connection, connectionOf, listPage, type PageArgs, pageOf, whenSeenFully } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { accumulatorsUnder } from '../accumulator/resolvers.ts';
import type { Context } from '../context.ts';
import type { EligibilityRow, MemberCoverageRow } from '../mappers.ts';
import { coverOn, insuredSince, isInForce } from './cover.ts';

const QUESTIONS_MAX = 100;
const TABLE = 'member_coverage';

interface Question {
  readonly party: string;
  readonly date?: string | null;
  readonly coverageTermKey?: string | null;
}

/**
 * Answers one question. Who has no cover is answered NO_COVER to those who might see it, if there were any; to everybody else a person is null, whether
 * they have cover or do not exist.
 */
async function answer({ loaders, ability, clock }: Context, { party, date, coverageTermKey = null }: Question): Promise<EligibilityRow | null> {
  const day = date ?? clock.today();
  const rows = await loaders.coverOfParty.load(party);
  const partyId = rows[0]?.party_id ?? (isId(party) ? party : null);
  if (partyId === null || (rows.length === 0 && !(await ability()).sees(TABLE, { party_id: partyId }))) return null;
  const { reason, waitingUntil, isPriorAuthorisationNeeded, cover } = coverOn(rows, day, coverageTermKey);
  return { party_id: partyId, date: day, coverage_term_key: coverageTermKey, reason, waiting_until: waitingUntil, is_prior_authorisation_needed: isPriorAuthorisationNeeded, cover };
}

/** A page of rows that are all at hand, newest first: one person's or one policy's cover. */
function pageOfRows(rows: readonly MemberCoverageRow[], args: PageArgs): Connection<MemberCoverageRow> {
  const { first, after } = pageOf(args);
  const newest = rows.filter((row) => after === null || row.id < after);
  return connectionOf(newest.slice(0, first), newest.length > first);
}

function dateOf(text: string): Date {
  return new Date(`${text}T00:00:00Z`);
}

interface CoverFilter {
  readonly partyId?: string | null;
  readonly policyId?: string | null;
  readonly elementType?: string | null;
  readonly status?: string | null;
  readonly onDate?: string | null;
}

function whereOf(filter: CoverFilter | null | undefined): object {
  const { partyId, policyId, elementType, status, onDate } = filter ?? {};
  for (const [field, id] of Object.entries({ partyId, policyId })) if (id != null && !isId(id)) throw badInput(`${field}: a UUID`, field);
  return {
    AND: [
      ...(partyId ? [{ party_id: partyId }] : []),
      ...(policyId ? [{ policy_id: policyId }] : []),
      ...(elementType ? [{ element_type: elementType }] : []),
      ...(status ? [{ status }] : []),
      ...(onDate ? [{ status: { not: 'SUPERSEDED' }, effective_from: { lte: dateOf(onDate) }, effective_to: { gt: dateOf(onDate) } }] : []),
    ],
  };
}

export const coverageResolvers = {
  Query: {
    eligibility: (_parent, question, ctx) => answer(ctx, question),
    eligibilities: (_parent, { input }, ctx) => {
      if (input.length > QUESTIONS_MAX) throw badInput(`input: at most ${QUESTIONS_MAX} questions`, 'input');
      return Promise.all(input.map((question) => answer(ctx, question)));
    },
    memberCoverage: (_parent, { id }, { loaders }) => (isId(id) ? loaders.coverById.load(id) : null),
    memberCoverages: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const where = { AND: [(await ability()).where(TABLE), whereOf(filter)] };
      return listPage<MemberCoverageRow>(prisma.member_coverage, where, page, (ids) => loaders.coverById.loadMany(ids));
    },
  },
  Eligibility: {
    party: (row) => ({ id: row.party_id }),
    isCovered: (row) => row.reason === null,
    coveredWith: async (row, _args, { loaders }) => {
      const policies = [...new Set(row.cover.map((one) => one.policy_id))];
      const others = (await Promise.all(policies.map((policy) => loaders.coverOfPolicy.load(policy)))).flat();
      const ids = new Set(others.filter((one) => isInForce(one, row.date) && one.party_id !== row.party_id).map((one) => one.party_id));
      return [...ids].map((id) => ({ id }));
    },
    accumulators: (row, _args, ctx) => accumulatorsUnder(ctx, row.cover, row.date, row.coverage_term_key),
  },
  MemberCoverage: {
    __resolveReference: ({ id }, { loaders }) => (isId(id) ? loaders.coverById.load(id) : null),
    party: (row) => ({ id: row.party_id }),
    policy: (row) => ({ id: row.policy_id }),
    coverageTerms: whenSeenFully(TABLE, (row: MemberCoverageRow) => row.coverage_terms),
    insuredSince: async (row, _args, { loaders }) => insuredSince(row, await loaders.coverOfParty.load(row.party_id)),
  },
  CoverageTerm: {
    name: (term) => term.name ?? term.key,
    waitingMonths: (term) => term.waitingMonths ?? 0,
    isPriorAuthorisationNeeded: (term) => term.priorAuthorisation ?? false,
    inNetwork: (term) => term.in ?? null,
    outOfNetwork: (term) => term.out ?? null,
  },
  Party: {
    cover: async (party, { onDate, ...page }, { loaders }) =>
      pageOfRows((await loaders.historyOfParty.load(party.id)).filter((row) => !onDate || isInForce(row, onDate)), page),
    eligibility: (party, args, ctx) => answer(ctx, { party: party.id, ...args }),
  },
  Policy: {
    cover: async (policy, { onDate, ...page }, { loaders }) =>
      pageOfRows((await loaders.historyOfPolicy.load(policy.id)).filter((row) => !onDate || isInForce(row, onDate)), page),
  },
} satisfies Resolvers<Context>;
