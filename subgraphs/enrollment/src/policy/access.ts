/**
 * Who may see what because of a policy (docs/contracts.md has the table): the whole set, told with every event of the policy and kept by everybody who has row rules. An employer
 * never becomes a guardian: where an organisation holds the policy, the one employee insured stands in. Pure.
 */
import type { AccessEntry } from '@olly/kit/auth';
import { derivedId } from '@olly/kit/locator';
import { anniversary, type IsoDate, later } from '@olly/kit/time';
import type { Relationship } from '../mappers.ts';

/** Health data of a dependant is their own from this birthday on. */
export const OWN_PRIVACY_AGE = 16;

export interface AccessFacts {
  readonly policy: { readonly id: string; readonly locator: string };
  readonly account: { readonly id: string; readonly locator: string };
  /** `birth` is null for an organisation. */
  readonly holder: { readonly partyId: string; readonly party: string; readonly birth: IsoDate | null };
  readonly insured: readonly { readonly partyId: string; readonly party: string; readonly relationship: Relationship; readonly birth: IsoDate }[];
  readonly broker: string | null;
  readonly scheme: string | null;
  /** The day from which they see it: that of issue. */
  readonly from: IsoDate;
}

type Person = { readonly partyId: string; readonly party: string };

export function accessOf({ policy, account, holder, insured, broker, scheme, from }: AccessFacts): AccessEntry[] {
  const grant = (who: Person, role: string, target: { id: string; locator: string }, period: { from: IsoDate; to: IsoDate | null } = { from, to: null }): AccessEntry => ({
    party: who.party,
    partyId: who.partyId,
    target: target.locator,
    targetId: target.id,
    role,
    ...period,
  });
  const partyOf = (one: Person) => ({ id: one.partyId, locator: one.party });
  const employees = insured.filter(({ relationship }) => relationship === 'SELF');
  const head: Person | undefined = holder.birth !== null ? holder : employees.length === 1 ? employees[0] : undefined;

  const family = insured.flatMap((one) => {
    if (!head || one.party === head.party) return [];
    const grown = anniversary(one.birth, OWN_PRIVACY_AGE);
    const until = from < grown ? [grant(head, 'GUARDIAN', partyOf(one), { from, to: grown })] : [];
    return [...until, grant(head, 'FAMILY', partyOf(one), { from: later(from, grown), to: null })];
  });
  // Brokers and schemes are known by locator here; the id of such a row follows from the policy's.
  const actor = (locator: string): Person => ({ party: locator, partyId: derivedId(policy.id, locator) });
  const brokerGrants = broker ? [policy, partyOf(holder), account].map((target) => grant(actor(broker), 'BROKER', target)) : [];
  const schemeGrants = scheme ? [policy, ...insured.map(partyOf)].map((target) => grant(actor(scheme), 'SCHEME', target)) : [];
  return [grant(holder, 'HOLDER', policy), ...insured.map((one) => grant(one, 'INSURED', policy)), ...family, ...brokerGrants, ...schemeGrants];
}
