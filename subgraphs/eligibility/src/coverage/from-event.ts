/**
 * What a policy event means for rows of cover. Pure. An event tells the whole of one term after a transaction: rows that still say the same stay, rows that say
 * otherwise are superseded and kept, new ones are added. Ids and times are the event's, so that a rebuild makes the same rows.
 */
import { isDeepStrictEqual } from 'node:util';
import { derivedId } from '@olly/kit/locator';
import { earlier, later } from '@olly/kit/time';
import type { MemberCoverageRow } from '../mappers.ts';
import type { PolicyChanged } from './event.ts';

/**
 * An id that is the same each time and sorts by the event's time, so that lists are newest first: a UUID of version 8 with the event's 48 bits of time in front
 * and a hash behind. A plain derived id (version 5) would scatter the rows.
 */
export function rowId(eventId: string, name: string): string {
  const hash = derivedId(eventId, name).replaceAll('-', '');
  const hex = `${eventId.replaceAll('-', '').slice(0, 12)}8${hash.slice(13)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export interface EventMoment {
  readonly id: string;
  readonly time: string;
}

/** The rows that an event tells of. A cancellation ends each on its day; one that would end before it began never covers a day, but stays as history. */
export function rowsOf(event: EventMoment, data: PolicyChanged): MemberCoverageRow[] {
  const { term, transaction, elements } = data;
  const isCancellation = transaction.category === 'CANCELLATION';
  const end = isCancellation ? earlier(term.to, transaction.effectiveDate) : term.to;
  return elements.flatMap((element) => {
    const { coverageTerms, ...elementTerms } = element.coverage;
    return element.insured.flatMap((insured): MemberCoverageRow[] => {
      const from = later(insured.from, term.from);
      const wanted = earlier(insured.to ?? term.to, term.to);
      if (from >= wanted && !isCancellation) return [];
      return [
        {
          id: rowId(event.id, `${element.id}:${insured.partyId}:${from}`),
          party_id: insured.partyId,
          party_locator: insured.party,
          policy_id: data.policyId,
          policy_locator: data.policy,
          policy_element_id: element.id,
          element_static_id: element.staticId,
          term_id: term.id,
          term_from: term.from,
          term_to: term.to,
          product_code: data.productCode,
          element_type: element.type,
          coverage_terms: coverageTerms,
          element_terms: elementTerms,
          currency: data.currency,
          scheme: data.scheme ?? null,
          status: isCancellation ? 'CANCELLED' : 'ACTIVE',
          effective_from: from,
          effective_to: later(from, earlier(wanted, end)),
          event_id: event.id,
          recorded_at: new Date(event.time),
          superseded_by: null,
          superseded_at: null,
        },
      ];
    });
  });
}

/** A flat cancellation names nobody's days any more: the term's cover then ends where it stood. */
export function cancelled(event: EventMoment, data: PolicyChanged, live: readonly MemberCoverageRow[]): MemberCoverageRow[] {
  return live.map((row) => ({
    ...row,
    id: rowId(event.id, row.id),
    status: 'CANCELLED',
    effective_to: later(row.effective_from, earlier(row.effective_to, data.transaction.effectiveDate)),
    event_id: event.id,
    recorded_at: new Date(event.time),
  }));
}

/** What a row says, without when and by which event it came to say so. */
const saying = ({ id: _id, event_id: _event, recorded_at: _at, superseded_by: _by, superseded_at: _since, ...says }: MemberCoverageRow) => says;

export interface CoverChange {
  readonly superseded: readonly string[];
  readonly added: readonly MemberCoverageRow[];
}

/** Compares what the event tells with the live rows of its term. */
export function changeOf(event: EventMoment, data: PolicyChanged, live: readonly MemberCoverageRow[]): CoverChange {
  const isBareCancellation = data.transaction.category === 'CANCELLATION' && data.elements.every((element) => element.insured.length === 0);
  const told = isBareCancellation ? cancelled(event, data, live) : rowsOf(event, data);
  const unmatched = new Set(live);
  const added = told.filter((row) => {
    const same = [...unmatched].find((one) => isDeepStrictEqual(saying(one), saying(row)));
    if (same) unmatched.delete(same);
    return same === undefined;
  });
  return { superseded: [...unmatched].map((row) => row.id), added };
}
