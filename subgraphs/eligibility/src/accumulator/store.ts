/** Accumulators, and what claims took from them, in the database. Rows are locked in the order of their keys: claims that race wait, and never for each other. */
import type { Ids } from '@olly/kit/locator';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { AccumulatorMovementRow, StoredAccumulator } from '../mappers.ts';
import type { Accumulator } from './accumulator.ts';
import { type Quantity, quantityText } from './quantity.ts';

type Queryable = Pick<Pool | PoolClient, 'query'>;

export async function accumulatorsByKey(pool: Queryable, keys: readonly string[]): Promise<StoredAccumulator[]> {
  const { rows } = await pool.query<StoredAccumulator>({ name: 'accumulators:keys', text: 'SELECT * FROM eligibility.coverage_accumulators WHERE key = ANY($1::text[])', values: [keys] });
  return rows;
}

/**
 * Makes the rows that do not exist yet, at zero, in a statement of its own: an insert that waits for another transaction while holding locks would close circles
 * that the order of locks cannot break.
 */
export async function ensureAccumulators(pool: Pool, ids: Ids, at: Date, wanted: readonly Accumulator[]): Promise<void> {
  const known = new Set((await accumulatorsByKey(pool, wanted.map((one) => one.key))).map((row) => row.key));
  const missing = [...new Map(wanted.filter((one) => !known.has(one.key)).map((one) => [one.key, one])).values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (missing.length === 0) return;
  const rows = missing.map((one) => ({
    id: ids.id(),
    key: one.key,
    policy_id: one.homePolicyId,
    party_id: one.partyId,
    term_id: one.termId,
    accumulator_type: one.type,
    level: one.level,
    network: one.network,
    element_type: one.elementType,
    coverage_term_key: one.coverageTermKey,
    basis: one.basis,
    period: one.period,
    period_start: one.periodStart,
    period_end: one.periodEnd,
    limit_amount: quantityText(one.limit, null),
    currency: one.currency,
    at,
  }));
  await pool.query({
    name: 'accumulators:ensure',
    text: `INSERT INTO eligibility.coverage_accumulators (id, key, policy_id, party_id, term_id, accumulator_type, level, network, element_type, coverage_term_key, basis,
             period, period_start, period_end, limit_amount, currency, created_at, updated_at)
           SELECT id, key, policy_id, party_id, term_id, accumulator_type, level, network, element_type, coverage_term_key, basis, period, period_start, period_end,
             limit_amount, currency, at, at
           FROM jsonb_to_recordset($1::jsonb) AS one(id uuid, key text, policy_id uuid, party_id uuid, term_id uuid, accumulator_type text, level text, network text,
             element_type text, coverage_term_key text, basis text, period text, period_start date, period_end date, limit_amount numeric, currency text, at timestamptz)
           ON CONFLICT (key) DO NOTHING`,
    values: [JSON.stringify(rows)],
  });
}

/** What claims hold now: movements that were not given back, with the key of their accumulator. */
export interface HeldMovement {
  readonly id: string;
  readonly claim_locator: string;
  readonly key: string;
  readonly amount: string;
}

export async function heldMovements(tx: Queryable, claims: readonly string[]): Promise<HeldMovement[]> {
  const { rows } = await tx.query<HeldMovement>({
    name: 'movements:held',
    text: `SELECT m.id, m.claim_locator, a.key, m.amount FROM eligibility.accumulator_movements m JOIN eligibility.coverage_accumulators a ON a.id = m.accumulator_id
           WHERE m.claim_locator = ANY($1::text[]) AND m.given_back_at IS NULL`,
    values: [claims],
  });
  return rows;
}

/** Locks rows in the order of their keys. Keys compare by bytes, as everywhere. */
export async function lockAccumulators(tx: PoolClient, keys: readonly string[]): Promise<StoredAccumulator[]> {
  if (keys.length === 0) return [];
  const { rows } = await tx.query<StoredAccumulator>({
    name: 'accumulators:lock',
    text: 'SELECT * FROM eligibility.coverage_accumulators WHERE key = ANY($1::text[]) ORDER BY key COLLATE "C" FOR UPDATE',
    values: [keys],
  });
  return rows;
}

export async function giveBack(tx: PoolClient, movementIds: readonly string[], at: Date): Promise<void> {
  if (movementIds.length === 0) return;
  await tx.query('UPDATE eligibility.accumulator_movements SET given_back_at = $2 WHERE id = ANY($1::uuid[])', [movementIds, at]);
}

export interface NewMovement {
  readonly accumulatorId: string;
  readonly amount: Quantity;
  readonly serviceDate: string;
}

export async function addMovements(tx: PoolClient, ids: Ids, claim: string, movements: readonly NewMovement[], at: Date): Promise<void> {
  if (movements.length === 0) return;
  await tx.query({
    name: 'movements:add',
    text: `INSERT INTO eligibility.accumulator_movements (id, claim_locator, accumulator_id, amount, service_date, created_at)
           SELECT id, $1, accumulator_id, amount, service_date, $6 FROM unnest($2::uuid[], $3::uuid[], $4::numeric[], $5::date[]) AS one(id, accumulator_id, amount, service_date)`,
    values: [
      claim,
      movements.map(() => ids.id()),
      movements.map((one) => one.accumulatorId),
      movements.map((one) => quantityText(one.amount, null)),
      movements.map((one) => one.serviceDate),
      at,
    ],
  });
}

/** The state of a locked row after a change. */
export interface AccumulatorState {
  readonly id: string;
  readonly consumed: Quantity;
  readonly reserved: Quantity;
  readonly isMoved: boolean;
  /** The limit it was last measured by; null leaves it. */
  readonly limit: Quantity | null;
  readonly lastClaim: string | null;
}

/** Saves locked rows; the version rises where the used amount changed. */
export async function saveAccumulators(tx: PoolClient, states: readonly AccumulatorState[], at: Date): Promise<void> {
  if (states.length === 0) return;
  await tx.query({
    name: 'accumulators:save',
    text: `UPDATE eligibility.coverage_accumulators a
           SET consumed_amount = s.consumed, reserved_amount = s.reserved, version = a.version + s.moved, limit_amount = COALESCE(s.limit_amount, a.limit_amount),
               last_claim_locator = COALESCE(s.claim, a.last_claim_locator), updated_at = $7
           FROM unnest($1::uuid[], $2::numeric[], $3::numeric[], $4::int[], $5::numeric[], $6::text[]) AS s(id, consumed, reserved, moved, limit_amount, claim) WHERE a.id = s.id`,
    values: [
      states.map((s) => s.id),
      states.map((s) => quantityText(s.consumed, null)),
      states.map((s) => quantityText(s.reserved, null)),
      states.map((s) => (s.isMoved ? 1 : 0)),
      states.map((s) => (s.limit === null ? null : quantityText(s.limit, null))),
      states.map((s) => s.lastClaim),
      at,
    ],
  });
}

/** What claims have taken and not given back, for showing. */
export async function movementsOfClaims(pool: Queryable, claims: readonly string[]): Promise<AccumulatorMovementRow[]> {
  const { rows } = await pool.query<AccumulatorMovementRow>({
    name: 'movements:claims',
    text: 'SELECT * FROM eligibility.accumulator_movements WHERE claim_locator = ANY($1::text[]) AND given_back_at IS NULL ORDER BY id',
    values: [claims],
  });
  return rows;
}
