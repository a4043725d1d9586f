/** Standing, network and fee on days of service: one statement for all lines of a claim. */
import type { Pool } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import { FEE_ON_DAY } from '../fee/store.ts';
import type { StandingFacts } from './standing.ts';

export interface StandingQuestion {
  readonly provider: string;
  readonly serviceDate: IsoDate;
  readonly procedureCode?: string | null;
  readonly currency?: string | null;
}

const STANDINGS = `
  SELECT p.id, p.party_locator, standing.status, membership.network, fee.amount AS fee_amount, fee.currency AS fee_currency
  FROM unnest($1::int[], $2::text[], $3::date[], $4::text[], $5::text[]) AS line(n, provider, day, procedure_code, currency)
  LEFT JOIN provider.providers p ON p.locator = line.provider
  CROSS JOIN LATERAL (SELECT p.id AS provider_id, line.day, line.procedure_code, line.currency) AS q
  LEFT JOIN LATERAL (
    SELECT status FROM provider.network_status_history h
    WHERE h.provider_id = p.id AND h.effective_from <= line.day AND (h.effective_to IS NULL OR line.day < h.effective_to)
    ORDER BY h.id DESC LIMIT 1) AS standing ON true
  LEFT JOIN LATERAL (
    SELECT network FROM provider.network_memberships m
    WHERE m.provider_id = p.id AND m.effective_from <= line.day AND (m.effective_to IS NULL OR line.day < m.effective_to)
    ORDER BY m.network LIMIT 1) AS membership ON true
  LEFT JOIN LATERAL (${FEE_ON_DAY}) AS fee ON true
  ORDER BY line.n`;

/** One answer for each question, in their order. */
export async function standingsOn(pool: Pool, questions: readonly StandingQuestion[]): Promise<StandingFacts[]> {
  const values = [
    questions.map((_q, n) => n),
    questions.map((q) => q.provider),
    questions.map((q) => q.serviceDate),
    questions.map((q) => q.procedureCode ?? null),
    questions.map((q) => q.currency ?? null),
  ];
  return (await pool.query<StandingFacts>({ name: 'provider:standings', text: STANDINGS, values })).rows;
}
