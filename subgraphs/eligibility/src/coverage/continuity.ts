/**
 * Who re-joins the same scheme within a year goes on with the year's accumulators: the new policy counts on those of the policy they had before. Pure. Decided on the
 * new policy's first day, by the people insured then, so that it never changes afterwards. Without a scheme a new policy starts at zero.
 */
import type { CoveredElement } from '../accumulator/accumulator.ts';
import type { MemberCoverageRow } from '../mappers.ts';

/** A person of a policy had cover of the same kind in the same scheme that ended within the year in which the policy opened. */
export interface Continuation {
  readonly policy_id: string;
  readonly party_id: string;
  readonly element_type: string;
  /** The policy's first day. */
  readonly opened_on: string;
  /** The earlier policy. */
  readonly home: string;
}

/** A row of cover as accumulators need it. `continuations` are in the order in which the earlier policies began. */
export function coveredElement(row: MemberCoverageRow, continuations: readonly Continuation[]): CoveredElement {
  const ofPolicy = continuations.filter((one) => one.policy_id === row.policy_id && one.element_type === row.element_type);
  const [family] = ofPolicy;
  const person = ofPolicy.find((one) => one.party_id === row.party_id);
  return {
    policyId: row.policy_id,
    partyId: row.party_id,
    termId: row.term_id,
    termFrom: row.term_from,
    termTo: row.term_to,
    elementType: row.element_type,
    currency: row.currency,
    elementTerms: row.element_terms,
    coverageTerms: row.coverage_terms,
    ...(family && { continues: { year: family.opened_on.slice(0, 4), family: family.home, person: person?.home ?? row.policy_id } }),
  };
}
