/**
 * What the processes of the adjudication bench share: who is insured, and the claims they make. Everything is counted, so that a process knows each member and each claim
 * by a number: member after member, another day and another amount each time, so that no claim is another's duplicate and no two in flight are one person's.
 */
import type { Identity } from '@olly/kit/auth';
import { derivedId, derivedLocator } from '@olly/kit/locator';
import { addDays, type IsoDate } from '@olly/kit/time';

export const MEMBERS = 200;
export const PROVIDERS = 20;
export const IN_FLIGHT = 16;
export const CLAIM_SERVICES = ['policy_admin', 'eligibility', 'provider', 'enrollment', 'claims'] as const;
export type ClaimService = (typeof CLAIM_SERVICES)[number];
export const PROCEDURE = '99213';
/** Days back from today on which services may lie. */
export const DAYS = 250;

export interface ClaimsConfig {
  readonly root: string;
  readonly secret: string;
  readonly clusterUrl: string;
  readonly today: IsoDate;
}

const BASE = '01900000-0000-7000-8000-000000000000';
export const idOf = (kind: string, n: number): string => derivedId(BASE, `${kind}-${n}`);
export const locatorOf = (prefix: string, n: number): string => derivedLocator(prefix, BASE, `${prefix}-${n}`);

export const partyOf = (n: number) => ({ id: idOf('party', n % MEMBERS), locator: locatorOf('pty', n % MEMBERS) });

/** The member who makes the n-th claim: everybody claims for themselves. */
export const claimantOf = (n: number): Identity => ({ subject: `member-${n % MEMBERS}`, kind: 'person', roles: ['member'], scopes: [], actsFor: {}, party: partyOf(n) });

export const dayOf = (n: number, today: IsoDate): IsoDate => addDays(today, -1 - ((n * 7 + Math.floor(n / MEMBERS)) % DAYS));

const SUBMIT = `mutation ($input: SubmitClaimInput!) { submitClaim(input: $input) {
  ... on Claim { locator status planPays { amount } memberOwes { amount } lines { lineNumber status planPays { amount } } } ... on ClaimRefusal { code message } } }`;

/** The request of the n-th claim: one line. */
export function claimBody(n: number, today: IsoDate, idempotencyKey = `claim-${n}`): string {
  const amount = `${100 + (n % 97)}.${String(n % 100).padStart(2, '0')}`;
  const line = { coverageTermKey: 'office_visit', procedureCode: PROCEDURE, serviceDate: dayOf(n, today), amount: { amount, currency: 'USD' } };
  const input = { idempotencyKey, policyId: idOf('policy', n % MEMBERS), claimantPartyId: idOf('party', n % MEMBERS), provider: locatorOf('prv', n % PROVIDERS), currency: 'USD', lines: [line] };
  return JSON.stringify({ query: SUBMIT, variables: { input } });
}

/** Decided, and not refused or held. */
export const isDecided = (answer: string): boolean => /"status":"(APPROVED|PARTIALLY_APPROVED|PAID)"/.test(answer) && !answer.includes('"errors"');
