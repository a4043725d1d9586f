/** Policies as enrollment tells of them, applied through the real projections; and claims as the claims service asks for them. */
import { derivedId, newId, newLocator } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { accessProjection } from '@olly/kit/projection';
import { service, type TestDatabase, type TestSubgraph } from '@olly/kit/testing';
import { policyProjection } from '../projections/policy.ts';
import { medical } from './fixtures.ts';

export interface Person {
  readonly id: string;
  readonly locator: string;
}
export const newPerson = (): Person => ({ id: newId(), locator: newLocator('pty') });

export interface PolicyState {
  readonly policyId: string;
  readonly policy: string;
  readonly holder: Person;
  readonly insured: readonly (Person & { from?: string; to?: string; isWard?: boolean })[];
  readonly coverage: { readonly type: string };
  readonly currency: string;
  readonly scheme?: string;
  readonly term: { readonly id: string; readonly locator: string; readonly number: number; readonly from: string; readonly to: string; readonly prorationBasis: 'DAY' };
  readonly elementId: string;
  readonly staticId: string;
}

/** A family's policy for 2026, unless told otherwise. */
export function newPolicy(insured: PolicyState['insured'], more: Partial<PolicyState> = {}): PolicyState {
  const [holder = newPerson()] = insured;
  return {
    policyId: newId(),
    policy: newLocator('pol'),
    holder,
    insured,
    coverage: medical(),
    currency: 'USD',
    term: { id: newId(), locator: newLocator('trm'), number: 1, from: '2026-01-01', to: '2027-01-01', prorationBasis: 'DAY' },
    elementId: newId(),
    staticId: newId(),
    ...more,
  };
}

type Kind = 'issued' | 'endorsed' | 'renewed' | 'cancelled' | 'reinstated';
const CATEGORIES = { issued: 'ISSUANCE', endorsed: 'ENDORSEMENT', renewed: 'RENEWAL', cancelled: 'CANCELLATION', reinstated: 'REINSTATEMENT' } as const;

/** The event of docs/contracts.md. */
export function policyEvent(state: PolicyState, kind: Kind = 'issued', effectiveDate = state.term.from): CloudEvent {
  const entry = (who: Person, role: string, target: { id: string; locator: string }, to: string | null = null) => ({
    party: who.locator, partyId: who.id, target: target.locator, targetId: target.id, role, from: state.term.from, to,
  });
  const policy = { id: state.policyId, locator: state.policy };
  const others = state.insured.filter((one) => one.id !== state.holder.id);
  return {
    specversion: '1.0',
    id: newId(),
    source: '/olly/enrollment',
    type: `olly.enrollment.policy.${kind}.v1`,
    subject: state.policy,
    time: '2026-01-01T09:00:00.000Z',
    datacontenttype: 'application/json',
    data: {
      policyId: state.policyId,
      policy: state.policy,
      productCode: 'US-GOLD',
      currency: state.currency,
      scheme: state.scheme ?? null,
      status: kind === 'cancelled' ? 'CANCELLED' : 'ACTIVE',
      term: state.term,
      transaction: { id: newId(), locator: newLocator('txn'), category: CATEGORIES[kind], effectiveDate },
      elements: [
        {
          id: state.elementId,
          staticId: state.staticId,
          type: state.coverage.type,
          coverage: state.coverage,
          insured: state.insured.map(({ id, locator, from, to }) => ({ partyId: id, party: locator, from: from ?? state.term.from, to: to ?? state.term.to })),
        },
      ],
      access: [
        entry(state.holder, 'HOLDER', policy),
        ...state.insured.map((one) => entry(one, 'INSURED', policy)),
        ...others.map((one) => entry(state.holder, one.isWard ? 'GUARDIAN' : 'FAMILY', one)),
      ],
    },
  };
}

const projections = [policyProjection, accessProjection({ service: 'eligibility', schema: 'eligibility', topics: ['enrollment.policy'] })];

/** Applies events in order, each in a transaction of its own, as the projection runner does. */
export async function apply(db: TestDatabase, ...events: readonly CloudEvent[]): Promise<void> {
  for (const event of events) for (const projection of projections) await transaction(db.pool, (tx) => projection.apply(tx, event));
}

const claims = service('claims');

export interface AccumulatorView {
  readonly key: string;
  readonly type: string;
  readonly level: string;
  readonly network: string;
  readonly limit: string;
  readonly used: string;
  readonly remaining: string;
  readonly version: number;
}

const COVER = `query ($input: CoverForClaimInput!) { coverForClaim(input: $input) { policy currency lines { line isCovered reason waitingUntil
  element { memberCoverageId staticId termId from to insuredSince } coverage coverageTerm
  accumulators { key type level network coverageTermKey basis period periodStart periodEnd limit used remaining version } } } }`;
const RESERVE = 'mutation ($input: ReserveAccumulatorsInput!) { reserveAccumulators(input: $input) { outcome stale } }';

/** The claims service, asking about one person under one policy. */
export function claimsService(subgraph: TestSubgraph) {
  const cover = async (state: Pick<PolicyState, 'policyId'>, who: Person, more: { serviceDate?: string; coverageTermKey?: string; claim?: string; replaces?: string } = {}) => {
    const { serviceDate = '2026-03-01', coverageTermKey = 'surgery', ...rest } = more;
    const input = { partyId: who.id, policyId: state.policyId, services: [{ line: 1, serviceDate, coverageTermKey }], ...rest };
    return (await subgraph.data(claims, COVER, { input })).coverForClaim;
  };
  const reserve = async (input: object): Promise<{ outcome: string; stale: string[] }> => (await subgraph.data(claims, RESERVE, { input })).reserveAccumulators;
  const settle = async (name: 'confirm' | 'release', claim: string): Promise<string> =>
    (await subgraph.data(claims, `mutation ($claim: String!) { ${name}Accumulators(claim: $claim) { status } }`, { claim }))[`${name}Accumulators`].status;
  return { cover, reserve, confirm: (claim: string) => settle('confirm', claim), release: (claim: string) => settle('release', claim) };
}

export const claimLocator = (name: string): string => `clm_${derivedId('01900000-0000-7000-8000-000000000000', name).replaceAll('-', '').slice(0, 26)}`;
