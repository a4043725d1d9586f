/** Accounts in the database. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { AccountRow } from '../mappers.ts';
import { displayNumber } from './account.ts';

export async function insertAccount(tx: PoolClient, { ids, clock }: EventOrigin, account: Omit<AccountRow, 'id' | 'locator' | 'display_number' | 'created_at'>): Promise<AccountRow> {
  const serial = (await tx.query<{ serial: string }>("SELECT nextval('policy_admin.account_numbers')::text AS serial")).rows[0]?.serial as string;
  const { rows } = await tx.query<AccountRow>(
    `INSERT INTO policy_admin.accounts (id, locator, name, billing_level, currency, display_number, holder_party_id, market_code, broker, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
    [ids.id(), ids.locator('acc'), account.name, account.billing_level, account.currency, displayNumber(serial), account.holder_party_id, account.market_code, account.broker, clock.now()],
  );
  return rows[0] as AccountRow;
}

export async function findAccount(tx: PoolClient, id: string): Promise<AccountRow> {
  return (await tx.query<AccountRow>('SELECT * FROM policy_admin.accounts WHERE id = $1', [id])).rows[0] as AccountRow;
}
