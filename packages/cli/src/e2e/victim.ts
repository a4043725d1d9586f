/** What the attack tests share: somebody to be attacked, a claim to send, and how an answer is read. */
import { addDays } from '@olly/kit/time';
import { type Ref, RefusedByHouse } from '../demo/flow.ts';
import { type Insured, insure, providerCalled, today } from './people.ts';
import type { House } from './system.ts';

export const SUBMIT = 'mutation Submit($input: SubmitClaimInput!) { submitClaim(input: $input) { __typename ... on Claim { locator status } ... on ClaimRefusal { code message field } } }';

/** The code with which a command is refused in its result, DONE when it is not; an error is thrown as it is. */
export const refusal = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'DONE',
    (error: unknown) => {
      if (error instanceof RefusedByHouse) return error.code;
      throw error;
    },
  );

/** Codes of the errors of an answer. */
export const codesOf = (house: House) => async (name: string | undefined, query: string, variables?: Record<string, unknown>): Promise<string[]> =>
  (await house.ask(name, query, variables)).errors.map(({ code }) => code);

let keys = 0;
/** A key that nobody has used. */
export const newKey = (): string => `attack-${Date.now()}-${keys++}`;

export interface Victim extends Insured {
  readonly clinic: Ref;
  /** A claim of theirs as it would be right, but for what is given. */
  claim(line?: object, more?: object): Record<string, unknown> & { readonly lines: readonly object[] };
}

export async function victimIn(house: House): Promise<Victim> {
  const victim = await insure(house, 'attacked');
  const clinic = await providerCalled(house, 'Oakwood Clinic');
  return {
    ...victim,
    clinic,
    claim: (line = {}, more = {}) => ({
      idempotencyKey: newKey(),
      policyId: victim.policy.id,
      claimantPartyId: victim.party.id,
      provider: clinic.locator,
      currency: 'USD',
      lines: [{ coverageTermKey: 'office_visit', procedureCode: '99213', serviceDate: addDays(today(), -3), amount: { amount: '150.00', currency: 'USD' }, ...line }],
      ...more,
    }),
  };
}
