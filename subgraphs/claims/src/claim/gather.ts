/**
 * Everything a decision needs, asked for before a transaction opens: cover and accumulators from eligibility, standing and fees from the provider directory, the policy's
 * account from enrollment, and from here the patient's other claims and authorisations. A preview and the real thing gather alike. Cover that enrollment has and
 * eligibility not yet is waited for, two seconds at most; it is never taken for "not covered".
 */
import { Refused } from '@olly/kit/errors';
import { amountOf, money, sum } from '@olly/kit/money';
import { setTimeout as pause } from 'node:timers/promises';
import { coverDate } from '../adjudication/cover.ts';
import { networkOf } from '../adjudication/network.ts';
import type { ClaimFacts, HoldReason, LineCover, LineFacts, LockedLine, ProductRule, Ruling } from '../adjudication/facts.ts';
import type { Context } from '../context.ts';
import type { CoverLine, CoverSnapshot, PolicyForClaim, ProviderStanding } from '../ports/index.ts';
import { type Grace, heldByGrace, type MarketRules, rulesOf } from '../market/rules.ts';
import { type History, type Names, readAuthorisations, readHistory, readNames } from './history.ts';
import type { Draft, DraftLine } from './newClaim.ts';

const COVER_POLL_MS = 200;

/** What has been said about a claim since it came in. */
export interface Handling {
  readonly rulings: ReadonlyMap<number, Ruling>;
  readonly released: readonly HoldReason[];
  readonly locked: ReadonlyMap<number, LockedLine>;
}
export const UNHANDLED: Handling = { rulings: new Map(), released: [], locked: new Map() };

export interface Gathered {
  readonly draft: Draft;
  /** Null when cover is not known yet: nothing can be decided. */
  readonly facts: ClaimFacts | null;
  readonly policy: PolicyForClaim;
  readonly names: Names;
  readonly providerId: string | null;
  readonly providers: readonly ProviderStanding[];
  readonly history: History;
  readonly rules: MarketRules;
}

async function waitForCover(
  { ports, coverWaitMs }: Context,
  ask: () => Promise<CoverSnapshot | null>,
  policyId: string,
): Promise<[CoverSnapshot | null, PolicyForClaim]> {
  const [first, policy] = await Promise.all([ask(), ports.enrollment.policyForClaim(policyId)]);
  if (!policy.exists) throw new Refused('NOT_COVERED', 'There is no such policy.', 'policyId');
  let cover = first;
  const until = Date.now() + coverWaitMs;
  while (cover === null && Date.now() < until) {
    await pause(COVER_POLL_MS);
    cover = await ask();
  }
  return [cover, policy];
}

/** Cover as eligibility words it, as the rules read it. */
export function lineCover({ isCovered, reason, waitingUntil, element, coverage, coverageTerm, accumulators }: CoverLine): LineCover {
  return {
    isCovered: isCovered && coverageTerm !== null,
    reason: isCovered ? null : reason === 'BEFORE_COVER' || reason === 'AFTER_COVER' ? reason : 'SERVICE_NOT_COVERED',
    waitingUntil,
    elementId: element?.policyElementId ?? null,
    termId: element?.termId ?? null,
    insuredSince: element?.insuredSince ?? null,
    term: coverageTerm,
    cross: coverage?.cross ?? 'NONE',
    moratoriumYears: coverage?.moratorium?.clearYears ?? null,
    accumulators,
  };
}

export async function gather(
  ctx: Context,
  draft: Draft,
  handling: Handling,
  claim: { readonly id: string; readonly locator: string } | null,
): Promise<Gathered> {
  const { ports, pool } = ctx;
  const services = draft.lines.map((line) => ({
    line: line.number,
    serviceDate: line.admissionDate ?? line.serviceDate,
    coverageTermKey: line.coverageTermKey,
  }));
  const question = { partyId: draft.claimantPartyId, policyId: draft.policyId, services, claim: claim?.locator ?? null, replaces: draft.replaces };
  const { provider } = draft;
  const providerQuestions = provider
    ? draft.lines.map((line) => ({
        provider,
        serviceDate: line.serviceDate,
        procedureCode: line.procedureCode,
        currency: draft.currency,
        coverageTermKey: line.coverageTermKey,
      }))
    : [];
  const [[cover, policy], providers, history, names] = await Promise.all([
    waitForCover(ctx, () => ports.eligibility.coverForClaim(question), draft.policyId),
    ports.provider.providersForClaim(providerQuestions),
    readHistory(pool, draft, claim?.id ?? null),
    readNames(pool, draft.policyId, draft.claimantPartyId),
  ]);
  const rules = rulesOf(names.rules, policy.market ?? null, draft.currency);
  const rest = { draft, policy, providers, history, rules, providerId: providers[0]?.providerId ?? null };
  if (cover === null) return { ...rest, names, facts: null };
  if (cover.currency !== draft.currency)
    throw new Refused('CURRENCY_MISMATCH', `The policy is in ${cover.currency}, the claim in ${draft.currency}.`, 'currency');
  const needing = cover.lines.flatMap(({ coverageTerm }) => (coverageTerm?.priorAuthorisation ? [coverageTerm.key] : []));
  const authorisationOf = await readAuthorisations(pool, draft, claim?.id ?? null, needing);
  const known = claimFacts(draft, handling, { cover, providers, history, authorisationOf, rules, grace: names.grace });
  const facts = { ...known, productRules: await productRules(ctx, policy.productVersionId ?? null, claim?.id ?? ctx.ids.id(), known) };
  return { ...rest, names: { ...names, policy: cover.policy }, facts };
}

/** What the product's own adjudication rules say. They speak of lines by whole minor units, which compare exactly. */
async function productRules({ ports }: Context, productVersionId: string | null, claimId: string, { lines, currency }: ClaimFacts): Promise<ProductRule[]> {
  if (productVersionId === null) return [];
  const networks = new Set(lines.map(networkOf));
  return ports.policyAdmin.adjudicationRules(productVersionId, claimId, {
    lines: lines.map((line) => ({
      number: line.number,
      coverageTermKey: line.coverageTermKey,
      procedureCode: line.procedureCode ?? '',
      serviceDate: line.serviceDate,
      units: line.units,
      claimedMinor: Number(money(line.claimed, currency).minor),
      isEmergency: line.isEmergency,
      network: networkOf(line),
    })),
    claimed: amountOf(sum(lines.map((line) => money(line.claimed, currency)), currency)),
    network: networks.size === 1 ? ([...networks][0] as string) : 'MIXED',
    serviceDate: lines.map(coverDate).sort()[0] as string,
    answers: {},
  });
}

interface Answers {
  readonly cover: CoverSnapshot;
  readonly providers: readonly ProviderStanding[];
  readonly history: History;
  readonly authorisationOf: (line: DraftLine) => LineFacts['authorisation'];
  readonly rules: MarketRules;
  readonly grace: Grace | null;
}

function claimFacts(draft: Draft, handling: Handling, { cover, providers, history, authorisationOf, rules, grace }: Answers): ClaimFacts {
  const lines = draft.lines.map((line, index): LineFacts => {
    const standing = providers[index];
    const { priorAuthorisation: _, ...own } = line;
    return {
      ...own,
      duplicateOf: history.duplicates.get(line.number) ?? null,
      cover: lineCover(cover.lines[index] as CoverLine),
      provider:
        draft.provider && standing
          ? {
              locator: draft.provider,
              isActive: standing.isActive,
              isInNetwork: standing.isInNetwork,
              network: standing.network,
              fee: standing.fee?.currency === draft.currency ? standing.fee.amount : null,
            }
          : null,
      authorisation: authorisationOf(line),
      ruling: handling.rulings.get(line.number) ?? null,
      locked: handling.locked.get(line.number) ?? null,
    };
  });
  return {
    currency: draft.currency,
    receivedOn: draft.receivedOn,
    filingDays: rules.filingDays,
    heldByGrace: heldByGrace(grace, rules),
    released: handling.released,
    earlierVisits: history.earlierVisits,
    lines,
  };
}

/** The same with what is known of the patient's other claims now. */
export function withHistory(gathered: Gathered, history: History): Gathered {
  const { facts } = gathered;
  const lines = facts?.lines.map((line) => ({ ...line, duplicateOf: history.duplicates.get(line.number) ?? null }));
  return { ...gathered, history, facts: facts && lines ? { ...facts, lines, earlierVisits: history.earlierVisits } : null };
}

/** Refuses a claim all of whose lines another one already asks for. Throws `Refused`. */
export function checkNotDuplicate({ draft, history }: Gathered): void {
  if (draft.lines.every((line) => history.duplicates.has(line.number))) {
    throw new Refused('DUPLICATE_CLAIM', 'Another claim already asks for all of this. To correct it, name it in `replaces`.', 'lines');
  }
}

/** Whether a claim is taken at all. A line that is not payable is decided with the others; a claim none of whose lines can be is refused. Throws `Refused`. */
export function checkAcceptable({ draft, facts, providers }: Gathered): void {
  const inactive = providers.findIndex((one) => !one.isActive);
  if (providers.some((one) => !one.exists)) throw new Refused('PROVIDER_UNKNOWN', 'There is no such provider.', 'provider');
  if (inactive >= 0) throw new Refused('PROVIDER_INACTIVE', `The provider was not active on ${draft.lines[inactive]?.serviceDate}.`, 'provider');
  if (!facts) return;
  const unknown = draft.lines.findIndex((line, index) => line.priorAuthorisation !== null && facts.lines[index]?.authorisation == null);
  if (unknown >= 0)
    throw new Refused('PRIOR_AUTHORISATION_UNKNOWN', 'This patient has no such authorisation for the service.', `lines[${unknown}].priorAuthorisation`);
  const [first] = facts.lines;
  if (facts.lines.every((line) => !line.cover.isCovered)) {
    const why = { BEFORE_COVER: 'lies before cover', AFTER_COVER: 'lies after cover', SERVICE_NOT_COVERED: 'is not covered by the plan' }[
      first?.cover.reason ?? 'SERVICE_NOT_COVERED'
    ];
    throw new Refused('NOT_COVERED', `The service on ${first?.serviceDate} ${why}.`, 'lines[0].serviceDate');
  }
}
