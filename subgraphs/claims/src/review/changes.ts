/**
 * What a change of a policy means for claims that have been decided: which of their lines would meet other cover now. Pure. It compares what the lines were decided by, as it
 * is stored, with what the event tells; whoever had other cover for a day is named, and nobody else. It decides nothing again.
 */
import { isDeepStrictEqual } from 'node:util';
import type { IsoDate } from '@olly/kit/time';
import { z } from 'zod';
import { coverDate } from '../adjudication/cover.ts';
import type { Accumulator, LineFacts } from '../adjudication/facts.ts';
import { coverageTerm } from '../ports/eligibility.ts';

const day = z.iso.date();
const network = z.object({ person: z.string().nullish(), family: z.string().nullish() }).nullish();
const limits = z.object({ in: network, out: network }).nullish();

/** The part of a policy event that says who is covered for what. */
export const policyChanged = z.object({
  policyId: z.uuid(),
  term: z.object({ from: day, to: day }),
  transaction: z.object({ category: z.string(), effectiveDate: day }),
  elements: z.array(
    z.object({
      coverage: z.object({ deductible: limits, outOfPocket: limits, coverageTerms: z.array(coverageTerm) }),
      insured: z.array(z.object({ partyId: z.uuid(), from: day, to: day.nullish() })),
    }),
  ),
});
export type PolicyChanged = z.infer<typeof policyChanged>;
type Element = PolicyChanged['elements'][number];

export type ReviewReason = 'COVER_GAINED' | 'COVER_LOST' | 'TERMS_CHANGED';

/** Without what says nothing, so that terms that mean the same are the same. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null && one !== undefined && one !== false && !(Array.isArray(one) && one.length === 0));
  return Object.fromEntries(kept.map(([key, one]) => [key, meaning(one)]));
}

/** The element that covers a service of a person on a day, after the change. */
function covering({ elements, term, transaction }: PolicyChanged, partyId: string, on: IsoDate, key: string): Element | undefined {
  const end = transaction.category === 'CANCELLATION' && transaction.effectiveDate < term.to ? transaction.effectiveDate : term.to;
  if (on < term.from || on >= end) return undefined;
  return elements.find(
    ({ coverage, insured }) => coverage.coverageTerms.some((one) => one.key === key) && insured.some((one) => one.partyId === partyId && one.from <= on && (one.to == null || on < one.to)),
  );
}

/** The limit that the element gives now for an accumulator that the line was decided by. */
function limitNow({ coverage }: Element, { type, level, network: of }: Accumulator): string | null | undefined {
  const given = (type === 'DEDUCTIBLE' ? coverage.deductible : coverage.outOfPocket)?.[of === 'IN' ? 'in' : 'out'];
  return level === 'PERSON' ? given?.person : given?.family;
}

function changeOf(change: PolicyChanged, partyId: string, line: LineFacts): ReviewReason | null {
  const on = coverDate(line);
  // other days, and other terms, are not what the event is about
  if (on < change.transaction.effectiveDate || on < change.term.from || on >= change.term.to) return null;
  const now = covering(change, partyId, on, line.coverageTermKey);
  if (!line.cover.isCovered) return now ? 'COVER_GAINED' : null;
  if (!now) return 'COVER_LOST';
  const term = now.coverage.coverageTerms.find((one) => one.key === line.coverageTermKey);
  const isSame =
    isDeepStrictEqual(meaning(coverageTerm.parse(term)), meaning(coverageTerm.parse(line.cover.term))) &&
    line.cover.accumulators.every((one) => one.coverageTermKey !== null || Number(limitNow(now, one) ?? Number.NaN) === Number(one.limit));
  return isSame ? null : 'TERMS_CHANGED';
}

export interface Affected {
  readonly reason: ReviewReason;
  readonly lines: readonly number[];
}

const WEIGHT: readonly ReviewReason[] = ['COVER_LOST', 'COVER_GAINED', 'TERMS_CHANGED'];

/** The lines of a decided claim that meet other cover now, with the gravest reason; null when none does. */
export function affectedBy(change: PolicyChanged, partyId: string, lines: readonly LineFacts[]): Affected | null {
  const found = lines.flatMap((line) => {
    const reason = changeOf(change, partyId, line);
    return reason ? [{ reason, line: line.number }] : [];
  });
  const reason = WEIGHT.find((one) => found.some((row) => row.reason === one));
  return reason ? { reason, lines: found.map((row) => row.line) } : null;
}
