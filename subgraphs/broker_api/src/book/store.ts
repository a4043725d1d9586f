/** The book of business in the database: a row for each policy of a broker, as its last event told it. */
import type { Pool, PoolClient } from '@olly/kit/postgres';
import DataLoader from 'dataloader';
import type { BookPolicyRow } from '../mappers.ts';

/** The premium of an event adds up within a term and starts anew with the next. An event that was applied before is kept out by the projection's inbox. */
export async function saveBookPolicy(tx: PoolClient, row: BookPolicyRow): Promise<void> {
  await tx.query(
    `INSERT INTO broker_api.book_policies AS known (id, policy_locator, broker_locator, holder_party_locator, account_locator, product_code, status, currency, term_from, term_to, ended_on, premium)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (policy_locator) DO UPDATE SET broker_locator = excluded.broker_locator, status = excluded.status, term_from = excluded.term_from, term_to = excluded.term_to, ended_on = excluded.ended_on,
       premium = excluded.premium + CASE WHEN known.term_from = excluded.term_from THEN known.premium ELSE 0 END`,
    [row.id, row.policy_locator, row.broker_locator, row.holder_party_locator, row.account_locator, row.product_code, row.status, row.currency, row.term_from, row.term_to, row.ended_on, row.premium],
  );
}

export interface BookSums {
  readonly policies: number;
  readonly inForce: number;
  readonly premium: string;
}

/** Each broker's book in three numbers, in one statement; premium in the broker's own currency. */
export const bookSumsLoader = (pool: Pool): DataLoader<string, BookSums> =>
  new DataLoader(async (brokers) => {
    const { rows } = await pool.query<BookSums & { broker: string }>(
      `SELECT p.broker_locator AS broker, count(*)::int AS policies, count(*) FILTER (WHERE p.status IN ('ACTIVE', 'IN_GRACE', 'PENDING'))::int AS "inForce",
              coalesce(sum(p.premium) FILTER (WHERE p.status IN ('ACTIVE', 'IN_GRACE', 'PENDING') AND p.currency = b.currency), 0)::text AS premium
       FROM broker_api.book_policies p JOIN broker_api.broker_configs b ON b.locator = p.broker_locator WHERE p.broker_locator = ANY($1::text[]) GROUP BY p.broker_locator`,
      [brokers],
    );
    const byBroker = new Map(rows.map((row) => [row.broker, row]));
    return brokers.map((broker) => byBroker.get(broker) ?? { policies: 0, inForce: 0, premium: '0' });
  });
