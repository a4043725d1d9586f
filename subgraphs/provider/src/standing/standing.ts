/** Where a provider stands for a claim line: in network means active on the day of service and a member of a network on it. Pure. */
import { type Money, money } from '@olly/kit/money';
import type { NetworkStatus } from '../mappers.ts';

/** What the database knows about one question; everything null when nobody has the locator. */
export interface StandingFacts {
  readonly id: string | null;
  readonly party_locator: string | null;
  readonly status: NetworkStatus | null;
  readonly network: string | null;
  readonly fee_amount: string | null;
  readonly fee_currency: string | null;
}

export interface Standing {
  readonly exists: boolean;
  readonly providerId: string | null;
  readonly partyLocator: string | null;
  readonly networkStatus: NetworkStatus | null;
  readonly isActive: boolean;
  readonly isInNetwork: boolean;
  readonly network: string | null;
  readonly fee: Money | null;
}

export function standingOf(facts: StandingFacts): Standing {
  const isActive = facts.status === 'ACTIVE';
  return {
    exists: facts.party_locator !== null,
    providerId: facts.id,
    partyLocator: facts.party_locator,
    networkStatus: facts.status,
    isActive,
    isInNetwork: isActive && facts.network !== null,
    network: facts.network,
    fee: facts.fee_amount !== null && facts.fee_currency !== null ? money(facts.fee_amount, facts.fee_currency) : null,
  };
}
