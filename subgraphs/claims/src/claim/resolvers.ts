/** Doormen of claims, and of what claims adds to parties, policies and providers. */
import { hasRole } from '@olly/kit/auth';
import { badInput, refusable } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { type Money, money, zero } from '@olly/kit/money';
import { fullSightOnly, listPage, resultOf, whenSeenFully } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { type Explanation, explain } from '../adjudication/explain.ts';
import { reasonText } from '../adjudication/reasons.ts';
import type { Context } from '../context.ts';
import type { ClaimRow, StoredLine } from '../mappers.ts';
import { addClaimDocument, adjudicateClaim, appealClaim, failClaimPayment, holdClaim, payClaim, reverseClaim, withdrawClaim } from './commands.ts';
import { unseal } from './notes.ts';
import { type Preview, previewClaim, submitClaim } from './submit.ts';

const REFUSAL = 'ClaimRefusal';
const amount = (text: string | null, currency: string): Money | null => (text === null ? null : money(text, currency));

async function explanationOf(claim: ClaimRow, { loaders }: Context): Promise<Explanation | null> {
  if (claim.decision_id === null) return null;
  const [lines, decision] = await Promise.all([loaders.linesOfClaim.load(claim.id), loaders.decisionById.load(claim.decision_id)]);
  const { currency } = claim;
  const shares = lines.map((line) => ({
    number: line.line_number,
    claimed: money(line.amount_claimed, currency),
    planPays: money(line.amount_paid ?? '0', currency),
    memberOwes: money(line.member_owes ?? '0', currency),
  }));
  return explain(shares, decision?.steps ?? [], currency);
}

function previewOf({ gathered, decision }: Preview) {
  const { currency } = gathered.draft;
  if (!decision) {
    const nothing = zero(currency);
    return {
      status: 'IN_REVIEW' as const,
      holdReasons: ['COVER_NOT_YET_KNOWN' as const],
      allowed: nothing,
      planPays: nothing,
      memberOwes: nothing,
      explanation: explain([], [], currency),
    };
  }
  const { holds, outcome, allowed, planPays, memberOwes, lines, steps } = decision;
  const reasons = [...new Set(holds.map((one) => one.reason))];
  return {
    status: reasons.length > 0 ? ('IN_REVIEW' as const) : outcome,
    holdReasons: reasons,
    allowed,
    planPays,
    memberOwes,
    explanation: explain(lines, steps, currency),
  };
}

const withClaim = (claim: ClaimRow) => (line: StoredLine) => ({ ...line, currency: claim.currency, decision_id: claim.decision_id });

export const claimResolvers = {
  Query: {
    claim: (_parent, { locator }, { loaders }) => loaders.claimByLocator.load(locator),
    claims: async (_parent, { filter, oldestFirst, ...page }, { prisma, ability, loaders }) => {
      for (const field of ['policyId', 'claimantPartyId'] as const) if (filter?.[field] && !isId(filter[field])) throw badInput(`${field}: a UUID`, field);
      const wanted = {
        ...(filter?.status && { status: { in: [...filter.status] } }),
        ...(filter?.holdReason && { hold_reason: filter.holdReason }),
        ...(filter?.policyId && { policy_id: filter.policyId }),
        ...(filter?.claimantPartyId && { claimant_party_id: filter.claimantPartyId }),
        ...(filter?.provider && { provider_locator: filter.provider }),
        ...(filter?.receivedFrom && { received_on: { gte: new Date(`${filter.receivedFrom}T00:00:00Z`) } }),
      };
      return listPage<ClaimRow>(prisma.claims, { AND: [(await ability()).where('claims'), wanted] }, page, (ids) => loaders.claimById.loadMany(ids), oldestFirst ? 'asc' : 'desc');
    },
    previewClaim: (_parent, { input }, ctx) => refusable(REFUSAL, async () => previewOf(await previewClaim(ctx, input))),
  },
  Mutation: {
    submitClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => submitClaim(ctx, input)),
    adjudicateClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => adjudicateClaim(ctx, input)),
    holdClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => holdClaim(ctx, input)),
    payClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => payClaim(ctx, input)),
    failClaimPayment: (_parent, { input }, ctx) => refusable(REFUSAL, () => failClaimPayment(ctx, input)),
    withdrawClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => withdrawClaim(ctx, input)),
    reverseClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => reverseClaim(ctx, input)),
    appealClaim: (_parent, { input }, ctx) => refusable(REFUSAL, () => appealClaim(ctx, input)),
    addClaimDocument: (_parent, { input }, ctx) => refusable(REFUSAL, () => addClaimDocument(ctx, input)),
  },
  Claim: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.claimById.load(reference.id) : loaders.claimByLocator.load((reference as { locator: string }).locator),
    claimed: (claim) => money(claim.claimed, claim.currency),
    allowed: (claim) => amount(claim.allowed, claim.currency),
    planPays: (claim) => amount(claim.plan_pays, claim.currency),
    memberOwes: (claim) => amount(claim.member_owes, claim.currency),
    claimant: (claim) => ({ id: claim.claimant_party_id }),
    policy: (claim) => ({ id: claim.policy_id }),
    ...fullSightOnly<ClaimRow>('claims', ['holdReason', 'paymentReference', 'payeeKind']),
    provider: whenSeenFully('claims', (claim: ClaimRow) => (claim.provider_locator ? { locator: claim.provider_locator } : null)),
    replaces: whenSeenFully('claims', (claim: ClaimRow, _args: unknown, { loaders }: Context) =>
      claim.replaces ? loaders.claimByLocator.load(claim.replaces) : null,
    ),
    lines: whenSeenFully('claims', async (claim: ClaimRow, _args: unknown, { loaders }: Context) =>
      (await loaders.linesOfClaim.load(claim.id)).map(withClaim(claim)),
    ),
    explanation: whenSeenFully('claims', (claim: ClaimRow, _args: unknown, ctx: Context) => explanationOf(claim, ctx)),
    events: whenSeenFully('claims', async (claim: ClaimRow, _args: unknown, { loaders }: Context) =>
      (await loaders.eventsOfClaim.load(claim.id)).map((event) => ({ ...event, claimant_party_id: claim.claimant_party_id })),
    ),
    documents: whenSeenFully('claims', (claim: ClaimRow, _args: unknown, { loaders }: Context) => loaders.documentsOfClaim.load(claim.id)),
  },
  ClaimLine: {
    status: (line) => line.line_status ?? 'PENDING',
    claimed: (line) => money(line.amount_claimed, line.currency),
    allowed: (line) => amount(line.amount_allowed, line.currency),
    planPays: (line) => amount(line.amount_paid, line.currency),
    memberOwes: (line) => amount(line.member_owes, line.currency),
    primaryPaid: (line) => amount(line.primary_paid, line.currency),
    priorAuthorisation: (line, _args, { loaders }) => (line.prior_auth ? loaders.priorAuthorisationByLocator.load(line.prior_auth) : null),
    adjustments: async (line, _args, { loaders }) => {
      if (line.decision_id === null) return [];
      const all = await loaders.adjustmentsOfDecision.load(line.decision_id);
      return all.filter((one) => one.line_number === line.line_number).map((one) => ({ ...one, currency: line.currency }));
    },
  },
  LineAdjustment: {
    group: (one) => one.group_code,
    reason: async (one, _args, { loaders }) => (await loaders.importedReason.load(one.reason_code)) ?? reasonText(one.reason_code),
    amount: (one) => money(one.amount, one.currency),
  },
  ClaimEvent: {
    note: async (event, _args, { identity, loaders }) => {
      if (!event.note || !event.claimant_party_id || !hasRole(identity, 'adjuster', 'admin')) return null;
      return unseal(event.note, await loaders.keyOfPatient.load(event.claimant_party_id));
    },
  },
  Party: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    claims: ({ id }, args, { loaders }) => loaders.claimsOfPatient.load(id, args),
  },
  Policy: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    claims: ({ id }, args, { loaders }) => loaders.claimsOfPolicy.load(id, args),
  },
  Provider: {
    __resolveReference: ({ locator }: { locator: string }) => ({ locator }),
    claims: ({ locator }, args, { loaders }) => loaders.claimsOfProvider.load(locator, args),
  },
  SubmitClaimResult: resultOf('Claim'),
  PreviewClaimResult: resultOf('ClaimPreview'),
  ClaimResult: resultOf('Claim'),
} satisfies Resolvers<Context>;
