/** Journals and entries in the database, and what is asked of them; nothing else writes to the ledger. Balances are sums of entries, never a column. */
import { amountOf, type Money, money, zero } from '@olly/kit/money';
import type { PoolClient } from '@olly/kit/postgres';
import { insertRows, type Origin } from '../origin.ts';
import type { Journal, LedgerAccount } from './journal.ts';
import type { ClaimBalance } from './rules.ts';

/**
 * Posts journals, each once by its source: one that is there already is left alone. Answers the ids of those that are new. The database checks at commit that
 * each balances.
 */
export async function postJournals(tx: PoolClient, { ids, clock }: Origin, journals: readonly (Journal | null)[]): Promise<Map<string, string>> {
  const created_at = clock.now();
  const rows = journals.flatMap((journal) => (journal ? [{ journal, id: ids.id(), locator: ids.locator('jnl') }] : []));
  const inserted = await insertRows(
    tx,
    'journals',
    rows.map(({ journal: { kind, source, effectiveDate, postingDate }, id, locator }) => ({ id, locator, kind, source, effective_date: effectiveDate, posting_date: postingDate, created_at })),
    '(source)',
  );
  const isNew = new Set(inserted.map((row) => row.id));
  const posted = rows.filter((row) => isNew.has(row.id));
  const entries = posted.flatMap(({ journal, id }) =>
    journal.entries.map(({ account, direction, amount, about }) => ({
      id: ids.id(),
      locator: ids.locator('led'),
      journal_id: id,
      account_id: about.accountId,
      policy_id: about.policyId ?? null,
      ledger_account: account,
      entry_type: journal.kind,
      reference_id: about.id,
      reference_type: about.type,
      direction,
      amount: amountOf(amount),
      currency: amount.currency,
      lob: about.lob ?? null,
      effective_date: journal.effectiveDate,
      posting_date: journal.postingDate,
      created_at,
    })),
  );
  await insertRows(tx, 'ledger_entries', entries);
  return new Map(posted.map(({ journal, id }) => [journal.source, id]));
}

interface SumRow {
  readonly key: string;
  readonly account: LedgerAccount;
  readonly currency: string;
  /** Credits less debits. */
  readonly sum: string;
}

async function sums(tx: PoolClient, name: string, keyColumn: string, keys: readonly string[], accounts: readonly LedgerAccount[]): Promise<SumRow[]> {
  const { rows } = await tx.query<SumRow>({
    name,
    text: `SELECT ${keyColumn} AS key, ledger_account AS account, currency, sum(CASE direction WHEN 'CREDIT' THEN amount ELSE -amount END) AS sum
           FROM billing.ledger_entries WHERE ${keyColumn} = ANY($1::uuid[]) AND ledger_account = ANY($2::text[]) GROUP BY 1, 2, 3`,
    values: [keys, accounts],
  });
  return rows;
}

/** What of each premium charge stands as unearned. */
export async function unearnedOf(tx: PoolClient, chargeIds: readonly string[]): Promise<Map<string, Money>> {
  const rows = await sums(tx, 'ledger:unearned', 'reference_id', chargeIds, ['UNEARNED_PREMIUM']);
  return new Map(rows.map((row) => [row.key, money(row.sum, row.currency)]));
}

/** The credit that stands on an account. */
export async function creditOf(tx: PoolClient, accountId: string, currency: string): Promise<Money> {
  const rows = await sums(tx, 'ledger:credit', 'account_id', [accountId], ['MEMBER_CREDIT']);
  const row = rows.find((each) => each.currency === currency);
  return row ? money(row.sum, currency) : zero(currency);
}

/** How a claim stands. */
export async function claimBalanceOf(tx: PoolClient, claimId: string, currency: string): Promise<ClaimBalance> {
  const rows = await sums(tx, 'ledger:claim', 'reference_id', [claimId], ['CLAIMS_EXPENSE', 'CLAIMS_PAYABLE', 'PROVIDER_RECOVERABLE', 'CASH']);
  const of = (account: LedgerAccount, sign: 1n | -1n): Money => {
    const row = rows.find((each) => each.account === account && each.currency === currency);
    return row ? { minor: sign * money(row.sum, currency).minor, currency } : zero(currency);
  };
  return { expense: of('CLAIMS_EXPENSE', -1n), payable: of('CLAIMS_PAYABLE', 1n), recoverable: of('PROVIDER_RECOVERABLE', -1n), paid: of('CASH', 1n) };
}
