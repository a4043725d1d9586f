/**
 * What this service itself knows about a claim before it is decided: the patient's other claims for the same days (duplicates, visits that have paid their copay), the
 * authorisations that lines name, and what the people and the policy are called. Each is one statement.
 */
import { money } from '@olly/kit/money';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import { contains } from '@olly/kit/time';
import type { EarlierVisit, LineAuthorisation } from '../adjudication/facts.ts';
import type { ConfiguredRules, Grace } from '../market/rules.ts';
import type { Draft, DraftLine } from './newClaim.ts';

type Db = Pool | PoolClient;

interface HistoryRow {
  readonly claim: string;
  readonly provider: string | null;
  readonly is_decided: boolean;
  readonly coverage_term_key: string;
  readonly procedure_code: string | null;
  readonly service_date: string;
  readonly admission_date: string | null;
  readonly units: number;
  readonly amount_claimed: string;
  readonly line_status: string | null;
  readonly copay: string | null;
}

export interface History {
  /** The claim that already asks for a line, by line number. */
  readonly duplicates: ReadonlyMap<number, string>;
  readonly earlierVisits: readonly EarlierVisit[];
}

export const HISTORY = `
  SELECT c.locator AS claim, c.provider_locator AS provider, c.decision_id IS NOT NULL AS is_decided, l.coverage_term_key, l.procedure_code, l.service_date,
         l.admission_date, l.units, l.amount_claimed, l.line_status,
         (SELECT sum(a.amount) FROM claims.line_adjustments a
          WHERE a.decision_id = c.decision_id AND a.line_number = l.line_number AND a.group_code = 'PR' AND a.reason_code = '3') AS copay
  FROM claims.claim_lines l JOIN claims.claims c ON c.id = l.claim_id
  WHERE l.claimant_party_id = $1 AND (l.service_date = ANY($2::date[]) OR l.admission_date = ANY($3::date[]))
    AND ($4::uuid IS NULL OR c.id < $4::uuid) AND c.status NOT IN ('WITHDRAWN', 'REVERSED') AND ($5::text IS NULL OR c.locator <> $5)
  ORDER BY c.id`;

const isSameService = (line: DraftLine, draft: Draft, row: HistoryRow): boolean =>
  row.provider === draft.provider &&
  row.service_date === line.serviceDate &&
  row.coverage_term_key === line.coverageTermKey &&
  row.procedure_code === line.procedureCode &&
  row.units === line.units &&
  money(row.amount_claimed, draft.currency).minor === money(line.claimed, draft.currency).minor;

/** The patient's other, earlier claims for the same days. `claimId` is the claim itself, when it has been stored. */
export async function readHistory(db: Db, draft: Draft, claimId: string | null): Promise<History> {
  const { rows } = await db.query<HistoryRow>({
    name: 'claims:history',
    text: HISTORY,
    values: [draft.claimantPartyId, draft.lines.map((one) => one.serviceDate), draft.lines.flatMap((one) => one.admissionDate ?? []), claimId, draft.replaces],
  });
  const duplicates = new Map<number, string>();
  for (const line of draft.lines) {
    const same = rows.find((row) => isSameService(line, draft, row));
    if (same) duplicates.set(line.number, same.claim);
  }
  const earlierVisits = rows
    .filter((row) => row.is_decided && row.line_status === 'APPROVED')
    .map((row) => ({
      coverageTermKey: row.coverage_term_key,
      provider: row.provider,
      serviceDate: row.service_date,
      admissionDate: row.admission_date,
      copay: row.copay ?? '0',
    }));
  return { duplicates, earlierVisits };
}

interface AuthorisationRow {
  readonly locator: string;
  readonly status: string;
  readonly coverage_term_key: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly units_left: number;
}

export const AUTHORISATIONS = `
  SELECT p.locator, p.status, p.coverage_term_key, p.valid_from, p.valid_to,
         (coalesce(p.units_approved, 0) - p.units_used + coalesce((SELECT sum(u.units) FROM claims.prior_auth_uses u WHERE u.prior_auth_id = p.id AND u.claim_id = $3), 0))::int AS units_left
  FROM claims.prior_auths p
  WHERE p.member_party_id = $1 AND (p.locator = ANY($2::text[]) OR (p.coverage_term_key = ANY($4::text[])
    AND p.status IN ('SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPROVED', 'PARTIALLY_APPROVED', 'EXPIRED', 'APPEALED')))
  ORDER BY p.id`;

const PENDING = ['SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPEALED'];
/** One that has expired since still covers the care of its period. */
const GRANTED = ['APPROVED', 'PARTIALLY_APPROVED', 'EXHAUSTED', 'EXPIRED'];

/**
 * The authorisation of each line: the one it names or, when it names none, one of the patient's for the same service that holds on the day. Answers a function of the
 * line. A locator that is not the patient's is not found.
 */
export async function readAuthorisations(
  db: Db,
  draft: Draft,
  claimId: string | null,
  keysNeeding: readonly string[],
): Promise<(line: DraftLine) => LineAuthorisation | null> {
  const named = draft.lines.flatMap((one) => one.priorAuthorisation ?? []);
  if (named.length === 0 && keysNeeding.length === 0) return () => null;
  const { rows } = await db.query<AuthorisationRow>({
    name: 'claims:authorisations',
    text: AUTHORISATIONS,
    values: [draft.claimantPartyId, named, claimId, keysNeeding],
  });
  const holds = (row: AuthorisationRow, line: DraftLine): boolean =>
    contains({ from: row.valid_from, to: row.valid_to }, line.admissionDate ?? line.serviceDate);
  return (line) => {
    const fits = rows.filter((row) => row.coverage_term_key === line.coverageTermKey);
    const row = line.priorAuthorisation
      ? fits.find(({ locator }) => locator === line.priorAuthorisation)
      : (fits.find((one) => GRANTED.includes(one.status) && one.units_left > 0 && holds(one, line)) ??
        fits.find((one) => PENDING.includes(one.status) && holds(one, line)));
    if (!row) return null;
    return {
      locator: row.locator,
      isApproved: GRANTED.includes(row.status),
      isPending: PENDING.includes(row.status),
      validFrom: row.valid_from,
      validTo: row.valid_to,
      unitsLeft: row.units_left,
    };
  };
}

export interface Names {
  readonly policy: string | null;
  readonly claimant: string | null;
  /** Whether the policy's premium is in grace, and the rules of markets that have been configured: read with the names, in one statement. */
  readonly grace: Grace | null;
  readonly rules: ConfiguredRules;
}

export const NAMES = `
  SELECT (SELECT target FROM claims.access WHERE target_id = $1 AND target LIKE 'pol\\_%' LIMIT 1) AS policy,
         coalesce((SELECT party_locator FROM claims.access WHERE target_id = $1 AND party_id = $2 AND role IN ('INSURED', 'HOLDER') LIMIT 1),
                  (SELECT target FROM claims.access WHERE target_id = $2 AND target LIKE 'pty\\_%' LIMIT 1)) AS claimant,
         (SELECT jsonb_build_object('due_date', due_date, 'grace_until', grace_until) FROM claims.premium_graces WHERE policy_id = $1) AS grace,
         coalesce((SELECT jsonb_object_agg(market, document) FROM claims.market_rules WHERE market > ''), '{}') AS rules`;

/** What the policy and the patient are called, as far as enrollment's events have told. */
export async function readNames(db: Db, policyId: string, partyId: string): Promise<Names> {
  const { rows } = await db.query<Names>({
    name: 'claims:names',
    text: NAMES,
    values: [policyId, partyId],
  });
  return rows[0] ?? { policy: null, claimant: null, grace: null, rules: {} };
}
