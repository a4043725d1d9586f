/** People with a policy and claims, made as a client makes them; each with a token of their own. */
import { addDays, addMonths } from '@olly/kit/time';
import { buyPolicy, type ClaimAnswer, openAccount, type Ref, registerPerson, submitClaim, versionOf } from '../demo/flow.ts';
import { type House, until } from './system.ts';

export interface Insured {
  readonly name: string;
  readonly party: Ref;
  readonly account: Ref;
  readonly policy: Ref;
}

export const today = (): string => new Date().toISOString().slice(0, 10);

/** Waits until eligibility has heard of the policy. */
const untilCovered = ({ data }: House, policy: Ref, party: Ref) =>
  until(
    'the policy is known to eligibility',
    async () => (await data('admin', 'query Covered($filter: MemberCoverageFilter!) { memberCoverages(filter: $filter, first: 1) { nodes { id } } }', { filter: { policyId: policy.id, partyId: party.id } })).memberCoverages.nodes.length,
  );

/** A person in New York, or in London, with an account and a policy of three months, who is then known by `name`. */
export async function insure(house: House, name: string, market: 'US' | 'UK' = 'US', person: { firstName?: string; lastName?: string; email?: string } = {}): Promise<Insured> {
  const { data } = house;
  const party = await registerPerson(data, 'admin', { firstName: 'Kit', lastName: name, dateOfBirth: '1984-05-06', email: `${name}@example.org`, ...person }, `${name}-party`);
  await house.enterMember(name, party);
  const account = await openAccount(data, 'admin', party, market, `${name}-account`);
  const policy = await buyPolicy(data, 'underwriter', {
    account,
    productVersionId: await versionOf(data, 'underwriter', market === 'US' ? 'US_GOLD' : 'UK_HEALTH'),
    effectiveFrom: addMonths(today(), -3),
    region: market === 'US' ? 'NY' : 'LONDON',
    insured: [{ party, relationship: 'SELF' }],
    answers: market === 'US' ? [{ key: 'smoker', value: false }] : undefined,
    key: `${name}-quote`,
  });
  await untilCovered(house, policy, party);
  return { name, party, account, policy };
}

/** A provider of the demo, by name. */
export async function providerCalled({ data }: House, name: string): Promise<Ref> {
  const { providers } = await data('adjuster', 'query Find($search: ProviderSearch!) { providers(search: $search) { nodes { id locator } } }', { search: { name } });
  if (!providers.nodes[0]) throw new Error(`${name} is not in the directory`);
  return providers.nodes[0] as Ref;
}

/** A visit to the clinic `daysAgo`: 150.00 charged, 120.00 agreed, a copay of 30.00, 90.00 paid by the plan. */
export const claimVisit = ({ data }: House, { name, policy, party }: Insured, provider: Ref, daysAgo: number, key = `${name}-claim-${daysAgo}`): Promise<ClaimAnswer> =>
  submitClaim(data, 'adjuster', { policy, claimant: party, provider, currency: 'USD', lines: [{ term: 'office_visit', code: '99213', on: addDays(today(), -daysAgo), amount: '150.00' }], key });
