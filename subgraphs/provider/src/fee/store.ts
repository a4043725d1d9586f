/** Fee schedules in the database. Agreements of one owner, procedure and currency follow each other without overlap; earlier ones stay. */
import { amountOf } from '@olly/kit/money';
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import DataLoader from 'dataloader';
import type { FeeRow } from '../mappers.ts';
import type { FeeData } from './fee.ts';

/** The agreed fee for a provider, before its networks', on a day. Used for each question `q(n, provider_id, procedure_code, currency, day)`. */
export const FEE_ON_DAY = `
  SELECT f.* FROM (
    SELECT 0 AS rank, own.* FROM provider.fee_schedules own WHERE own.provider_id = q.provider_id AND own.procedure_code = q.procedure_code
    UNION ALL
    SELECT 1 AS rank, shared.* FROM provider.network_memberships m JOIN provider.fee_schedules shared
      ON shared.network = m.network AND shared.procedure_code = q.procedure_code
    WHERE m.provider_id = q.provider_id AND m.effective_from <= q.day AND (m.effective_to IS NULL OR q.day < m.effective_to)
  ) f
  WHERE f.currency = q.currency AND f.effective_from <= q.day AND (f.effective_to IS NULL OR q.day < f.effective_to)
  ORDER BY f.rank, f.network LIMIT 1`;

export interface FeeQuestion {
  readonly providerId: string;
  readonly procedureCode: string;
  readonly currency: string;
  readonly day: IsoDate;
}

/** Fees by provider, procedure, currency and day: one statement for all of a request. */
export function feeLoader(pool: Pool): DataLoader<FeeQuestion, FeeRow | null, string> {
  const load = async (questions: readonly FeeQuestion[]) => {
    const { rows } = await pool.query<FeeRow & { n: number }>({
      name: 'provider:fees',
      text: `SELECT q.n, fee.* FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::date[]) AS q(n, provider_id, procedure_code, currency, day)
             CROSS JOIN LATERAL (${FEE_ON_DAY}) AS fee`,
      values: [questions.map((_q, n) => n), ...(['providerId', 'procedureCode', 'currency', 'day'] as const).map((part) => questions.map((q) => q[part]))],
    });
    const found = new Map(rows.map((row) => [row.n, row]));
    return questions.map((_q, n) => found.get(n) ?? null);
  };
  return new DataLoader(load, { cacheKeyFn: (q) => JSON.stringify([q.providerId, q.procedureCode, q.currency, q.day]) });
}

export interface NetworkFeeQuestion {
  readonly network: string;
  readonly procedureCode: string;
  readonly currency: string;
  readonly day: IsoDate;
  /** Null: whoever asks. Else only while one of these providers (locators), or that of `partyId`, belongs to the network. */
  readonly memberOf: readonly string[] | null;
  readonly partyId: string | null;
}

/** What a network has agreed for a procedure on a day. */
export async function networkFeeOn(pool: Pool, fee: NetworkFeeQuestion): Promise<FeeRow | null> {
  const { rows } = await pool.query<FeeRow>(
    `SELECT * FROM provider.fee_schedules f
     WHERE f.network = $1 AND f.procedure_code = $2 AND f.currency = $3 AND f.effective_from <= $4::date AND (f.effective_to IS NULL OR $4::date < f.effective_to)
       AND ($5::text[] IS NULL OR EXISTS (
         SELECT 1 FROM provider.network_memberships m JOIN provider.providers p ON p.id = m.provider_id
         WHERE (p.locator = ANY($5::text[]) OR p.party_id = $6::uuid) AND m.network = f.network
           AND m.effective_from <= $4::date AND (m.effective_to IS NULL OR $4::date < m.effective_to)))`,
    [fee.network, fee.procedureCode, fee.currency, fee.day, fee.memberOf, fee.partyId],
  );
  return rows[0] ?? null;
}

interface Owner {
  readonly providerId: string | null;
  readonly network: string | null;
}

const SAME = 'provider_id IS NOT DISTINCT FROM $1 AND network IS NOT DISTINCT FROM $2 AND procedure_code = $3 AND currency = $4';

/** Agreements of the same owner, procedure and currency wait for each other; there may be no row yet to lock. */
export async function lockAgreements(tx: PoolClient, { providerId, network }: Owner, fee: FeeData): Promise<void> {
  const name = JSON.stringify([providerId, network, fee.procedureCode, fee.amount.currency]);
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`provider.fee:${name}`]);
}

/** Saves a fee between those around it: what held on its first day ends there, and it ends where the next begins. Null when that day is taken. */
export async function insertFee(tx: PoolClient, { ids, clock }: EventOrigin, owner: Owner, fee: FeeData): Promise<FeeRow | null> {
  const who = [owner.providerId, owner.network, fee.procedureCode, fee.amount.currency];
  const taken = await tx.query(`SELECT 1 FROM provider.fee_schedules WHERE ${SAME} AND effective_from = $5`, [...who, fee.from]);
  if (taken.rowCount) return null;
  const next = await tx.query<{ day: string | null }>(`SELECT min(effective_from) AS day FROM provider.fee_schedules WHERE ${SAME} AND effective_from > $5`, [...who, fee.from]);
  await tx.query(
    `UPDATE provider.fee_schedules SET effective_to = $5 WHERE ${SAME} AND effective_from < $5 AND (effective_to IS NULL OR $5 < effective_to)`,
    [...who, fee.from],
  );
  const { rows } = await tx.query<FeeRow>(
    `INSERT INTO provider.fee_schedules (id, provider_id, network, procedure_code, currency, amount, effective_from, effective_to, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *`,
    [ids.id(), ...who, amountOf(fee.amount), fee.from, next.rows[0]?.day ?? null, clock.now()],
  );
  return rows[0] as FeeRow;
}

export async function findFee(tx: PoolClient, id: string): Promise<FeeRow> {
  return (await tx.query<FeeRow>('SELECT * FROM provider.fee_schedules WHERE id = $1', [id])).rows[0] as FeeRow;
}
