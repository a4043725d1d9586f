/** What claims asks of eligibility: the cover that lines meet, and room in the accumulators, taken, made final and given back by claim locator. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const amount = z.string().regex(/^\d{1,15}(\.\d{1,10})?$/);
const step = z.discriminatedUnion('step', [
  z.object({ step: z.literal('COPAY'), amount, per: z.enum(['LINE', 'VISIT', 'DAY', 'ADMISSION', 'UNIT']) }),
  z.object({ step: z.literal('DEDUCTIBLE') }),
  z.object({ step: z.literal('COINSURANCE'), rate: amount }),
]);
const benefits = z.object({
  steps: z.array(step),
  tiers: z.array(z.object({ by: z.enum(['VISITS', 'AMOUNT']), from: amount, steps: z.array(step) })).nullish(),
  limits: z
    .array(
      z.object({
        measure: z.enum(['AMOUNT', 'UNITS', 'VISITS']),
        basis: z.enum(['ALLOWED', 'PAID']).nullish(),
        value: amount,
        period: z.enum(['CLAIM', 'CALENDAR_YEAR', 'POLICY_PERIOD']),
      }),
    )
    .nullish(),
  allowance: amount.nullish(),
});
export const coverageTerm = z.object({
  key: z.string(),
  priorAuthorisation: z.boolean().nullish(),
  isProtectedOutOfNetwork: z.boolean().nullish(),
  copayFeedsDeductible: z.boolean().nullish(),
  in: benefits.nullish(),
  out: benefits.nullish(),
});
const accumulator = z.object({
  key: z.string(),
  type: z.enum(['DEDUCTIBLE', 'OUT_OF_POCKET', 'AMOUNT', 'UNITS', 'VISITS']),
  level: z.enum(['PERSON', 'FAMILY']),
  network: z.enum(['IN', 'OUT']),
  coverageTermKey: z.string().nullable(),
  basis: z.enum(['ALLOWED', 'PAID']).nullable(),
  period: z.enum(['CALENDAR_YEAR', 'POLICY_PERIOD']),
  limit: amount,
  used: amount,
  version: z.int(),
});
const coverLine = z.object({
  line: z.int(),
  isCovered: z.boolean(),
  reason: z.enum(['BEFORE_COVER', 'AFTER_COVER', 'SERVICE_NOT_COVERED', 'NO_COVER', 'WAITING_PERIOD']).nullable(),
  waitingUntil: z.string().nullable(),
  element: z.object({ policyElementId: z.string(), termId: z.string(), insuredSince: z.string() }).nullable(),
  coverage: z.object({ cross: z.enum(['NONE', 'OUT_TO_IN', 'BOTH']).nullish(), moratorium: z.object({ clearYears: z.int() }).nullish() }).nullable(),
  coverageTerm: coverageTerm.nullable(),
  accumulators: z.array(accumulator),
});
const snapshot = z.object({ policy: z.string(), currency: z.string(), lines: z.array(coverLine) });
export type CoverLine = z.infer<typeof coverLine>;
export type CoverSnapshot = z.infer<typeof snapshot>;

export interface CoverQuestion {
  readonly partyId: string;
  readonly policyId: string;
  readonly services: readonly { readonly line: number; readonly serviceDate: string; readonly coverageTermKey: string }[];
  /** The claim's own reservation, and that of the claim it replaces, are not counted as used. */
  readonly claim?: string | null;
  readonly replaces?: string | null;
}

export interface Reservation {
  readonly claim: string;
  readonly partyId: string;
  readonly policyId: string;
  /** With what was used, a claim that raced far from a limit is not stale; null where the decision depends on it otherwise than as a cap. */
  readonly expected: readonly { readonly accumulator: string; readonly version: number; readonly used: string | null }[];
  readonly movements: readonly { readonly accumulator: string; readonly amount: string; readonly serviceDate: string }[];
  readonly replaces?: string | null;
}

export interface EligibilityPort {
  /** Null when this policy has never covered this party as far as eligibility knows. */
  coverForClaim(question: CoverQuestion): Promise<CoverSnapshot | null>;
  /** All or nothing; STALE when an accumulator has moved since the snapshot. The same input again has the same result. */
  reserve(reservation: Reservation): Promise<'RESERVED' | 'STALE'>;
  confirm(claim: string): Promise<void>;
  release(claim: string): Promise<void>;
}

const COVER = `query ($input: CoverForClaimInput!) { coverForClaim(input: $input) { policy currency lines {
  line isCovered reason waitingUntil element { policyElementId termId insuredSince } coverage coverageTerm
  accumulators { key type level network coverageTermKey basis period limit used version } } } }`;
const RESERVE = 'mutation ($input: ReserveAccumulatorsInput!) { reserveAccumulators(input: $input) { outcome } }';
const CONFIRM = 'mutation ($claim: String!) { confirmAccumulators(claim: $claim) { status } }';
const RELEASE = 'mutation ($claim: String!) { releaseAccumulators(claim: $claim) { status } }';

/** Eligibility over its GraphQL. */
export function eligibilityPort(client: ServiceClient): EligibilityPort {
  return {
    async coverForClaim(input) {
      const { coverForClaim } = await client.query<{ coverForClaim: unknown }>(COVER, { input });
      return coverForClaim === null ? null : snapshot.parse(coverForClaim);
    },
    async reserve(input) {
      const { reserveAccumulators } = await client.query<{ reserveAccumulators: { outcome: 'RESERVED' | 'STALE' } }>(RESERVE, { input });
      return reserveAccumulators.outcome;
    },
    async confirm(claim) {
      await client.query(CONFIRM, { claim });
    },
    async release(claim) {
      await client.query(RELEASE, { claim });
    },
  };
}
