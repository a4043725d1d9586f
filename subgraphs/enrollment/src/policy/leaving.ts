/**
 * Dependants leave when they come of the product's age: on the birthday, at the end of its month, or with the term (then the renewal leaves them out). Who is born on 29 February has their birthday
 * on 1 March of a common year. The day is kept when the policy is issued or changed; dependants.ts takes them off by an endorsement.
 */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import { addMonths, anniversary, type IsoDate, monthStart, type Term } from '@olly/kit/time';
import type { PolicyRow } from '../mappers.ts';
import type { ProductTerms, QuotingFacts } from '../ports/policyAdmin.ts';
import type { StatePerson } from './change.ts';
import { insertAll } from './store.ts';

type Leaving = Pick<ProductTerms, 'dependantAgeMax' | 'dependantLeaves'>;

/** The first day without cover of a child born on `birth`, where it falls within the term; null where the child stays to its end. */
export function leavesOn(birth: IsoDate, { dependantAgeMax, dependantLeaves }: Leaving, term: Term): IsoDate | null {
  if (dependantAgeMax === undefined || dependantLeaves === 'TERM_END') return null;
  const birthday = anniversary(birth, dependantAgeMax);
  const day = dependantLeaves === 'BIRTHDAY' ? birthday : addMonths(monthStart(birthday), 1);
  return term.from < day && day < term.to ? day : null;
}

/** Keeps when the children of a policy leave within the term; what no longer holds is taken away. */
export async function keepLeavings(tx: PoolClient, { ids, clock }: EventOrigin, policy: Pick<PolicyRow, 'id'>, term: Term, people: readonly StatePerson[], { version, parties }: Pick<QuotingFacts, 'version' | 'parties'>): Promise<void> {
  await tx.query('DELETE FROM enrollment.dependant_leavings WHERE policy_id = $1 AND done_at IS NULL', [policy.id]);
  const rows = people.flatMap(({ party, relationship }) => {
    const birth = parties.find(({ locator }) => locator === party)?.dateOfBirth;
    const day = relationship === 'CHILD' && birth ? leavesOn(birth, version.document, term) : null;
    return day ? [{ id: ids.id(), policy_id: policy.id, party_locator: party, leaves_on: day, created_at: clock.now() }] : [];
  });
  if (rows.length === 0) return;
  const { rows: done } = await tx.query<{ party_locator: string }>('SELECT party_locator FROM enrollment.dependant_leavings WHERE policy_id = $1', [policy.id]);
  const known = new Set(done.map((one) => one.party_locator));
  await insertAll(tx, 'dependant_leavings', rows.filter((one) => !known.has(one.party_locator)));
}
