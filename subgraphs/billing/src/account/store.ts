/** Accounts and policies as billing knows them, learned from events. An account's row is the lock under which its money moves. */
import { notFound } from '@olly/kit/errors';
import type { PoolClient } from '@olly/kit/postgres';
import type { AccountRow, PolicyRow } from '../mappers.ts';

/** Learns of an account, from whichever event comes first; its level and currency never change. */
export async function learnAccount(tx: PoolClient, account: AccountRow, at: Date): Promise<void> {
  await tx.query('INSERT INTO billing.accounts (id, locator, billing_level, currency, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING', [
    account.id,
    account.locator,
    account.billing_level,
    account.currency,
    at,
  ]);
}

/** Learns of a policy, or that its payment plan has changed. */
export async function learnPolicy(tx: PoolClient, policy: PolicyRow, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO billing.policies (id, locator, account_id, product_code, lob, proration_basis, installments, grace_days, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (id) DO UPDATE SET product_code = excluded.product_code, lob = excluded.lob, proration_basis = excluded.proration_basis,
       installments = excluded.installments, grace_days = excluded.grace_days`,
    [policy.id, policy.locator, policy.account_id, policy.product_code, policy.lob, policy.proration_basis, policy.installments, policy.grace_days, at],
  );
}

/** The account of a policy; null while the policy has not been heard of. */
export async function accountOfPolicy(tx: PoolClient, policyId: string): Promise<Pick<AccountRow, 'id' | 'locator'> | null> {
  const { rows } = await tx.query<AccountRow>('SELECT a.id, a.locator FROM billing.policies p JOIN billing.accounts a ON a.id = p.account_id WHERE p.id = $1', [policyId]);
  return rows[0] ?? null;
}

/** Locks an account; everything that moves its money does this first. */
export async function lockAccount(tx: PoolClient, id: string): Promise<AccountRow> {
  const row = (await tx.query<AccountRow>('SELECT * FROM billing.accounts WHERE id = $1 FOR UPDATE', [id])).rows[0];
  if (!row) throw notFound('The account');
  return row;
}
