/**
 * Balances and statements of accounts, and sums of children: one statement for all accounts asked for with the same dates. All of them are queries of the
 * ledger; nothing keeps a balance.
 */
import { badInput } from '@olly/kit/errors';
import { add, type Money, money, subtract, zero } from '@olly/kit/money';
import type { Pool } from '@olly/kit/postgres';
import { addDays, type Clock, daysBetween, type IsoDate } from '@olly/kit/time';
import DataLoader from 'dataloader';
import type { AccountRow } from '../mappers.ts';
import type { JournalKind } from './journal.ts';

const STATEMENT_DAYS = 90;
const STATEMENT_DAYS_MAX = 366;

/** The sum of `amount` of the children of each parent; "0" where there are none. Table, column and condition never come from input. */
export function sumLoader(pool: Pool, table: string, parentColumn: string, condition = 'true'): DataLoader<string, string> {
  const text = `SELECT ${parentColumn} AS key, sum(amount) AS sum FROM ${table} WHERE ${parentColumn} = ANY($1::uuid[]) AND ${condition} GROUP BY 1`;
  return new DataLoader(async (keys) => {
    const { rows } = await pool.query<{ key: string; sum: string }>({ name: `sum:${table}:${parentColumn}`, text, values: [keys] });
    const sums = new Map(rows.map((row) => [row.key, row.sum]));
    return keys.map((key) => sums.get(key) ?? '0');
  });
}

interface AccountBalance {
  readonly asOf: IsoDate;
  readonly receivable: Money;
  readonly credit: Money;
  readonly balance: Money;
}

export interface AccountBalances {
  load(account: AccountRow, asOf?: IsoDate | null): Promise<AccountBalance>;
}

/** A DataLoader for each distinct argument of a request. */
function byArgument<T>(make: (argument: string) => DataLoader<AccountRow, T, string>): (argument: string) => DataLoader<AccountRow, T, string> {
  const loaders = new Map<string, DataLoader<AccountRow, T, string>>();
  return (argument) => {
    const known = loaders.get(argument);
    if (known) return known;
    const made = make(argument);
    loaders.set(argument, made);
    return made;
  };
}

const byId = { cacheKeyFn: (account: AccountRow) => account.id };

export function balanceLoaders(pool: Pool, clock: Clock): AccountBalances {
  const loaderOf = byArgument(
    (asOf) =>
      new DataLoader<AccountRow, AccountBalance, string>(async (accounts) => {
        const { rows } = await pool.query<{ account_id: string; ledger_account: string; currency: string; sum: string }>({
          name: 'ledger:balances',
          text: `SELECT account_id, ledger_account, currency, sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) AS sum FROM billing.ledger_entries
                 WHERE account_id = ANY($1::uuid[]) AND ledger_account IN ('RECEIVABLE', 'MEMBER_CREDIT') AND effective_date <= $2::date GROUP BY 1, 2, 3`,
          values: [accounts.map((account) => account.id), asOf],
        });
        return accounts.map(({ id, currency }) => {
          const of = (name: string) => {
            const row = rows.find((each) => each.account_id === id && each.ledger_account === name && each.currency === currency);
            return row ? money(row.sum, currency) : zero(currency);
          };
          const [receivable, credit] = [of('RECEIVABLE'), subtract(zero(currency), of('MEMBER_CREDIT'))];
          return { asOf, receivable, credit, balance: subtract(receivable, credit) };
        });
      }, byId),
  );
  return { load: async (account, asOf) => loaderOf(asOf ?? clock.today()).load(account) };
}

interface StatementLine {
  readonly date: IsoDate;
  readonly kind: JournalKind;
  readonly journal: string;
  readonly amount: Money;
  readonly balance: Money;
}

interface AccountStatement {
  readonly from: IsoDate;
  readonly to: IsoDate;
  readonly opening: Money;
  readonly closing: Money;
  readonly lines: readonly StatementLine[];
}

export interface AccountStatements {
  load(account: AccountRow, from?: IsoDate | null, to?: IsoDate | null): Promise<AccountStatement>;
}

interface MovementRow {
  readonly account_id: string;
  /** Null: the opening balance. */
  readonly locator: string | null;
  readonly kind: JournalKind;
  readonly date: IsoDate;
  readonly currency: string;
  readonly sum: string;
}

function statementOf({ id, currency }: AccountRow, from: IsoDate, to: IsoDate, rows: readonly MovementRow[]): AccountStatement {
  const own = rows.filter((row) => row.account_id === id && row.currency === currency);
  const before = own.find((row) => row.locator === null);
  const opening = before ? money(before.sum, currency) : zero(currency);
  let balance = opening;
  const lines: StatementLine[] = [];
  for (const { locator, kind, date, sum } of own) {
    const amount = money(sum, currency);
    // Credit that pays an installment leaves the balance as it is.
    if (locator === null || amount.minor === 0n) continue;
    balance = add(balance, amount);
    lines.push({ date, kind, journal: locator, amount, balance });
  }
  return { from, to, opening, closing: balance, lines };
}

const OWN_ENTRIES = `billing.ledger_entries e WHERE e.account_id = ANY($1::uuid[]) AND e.ledger_account IN ('RECEIVABLE', 'MEMBER_CREDIT')`;
const SIGNED = `sum(CASE e.direction WHEN 'DEBIT' THEN e.amount ELSE -e.amount END) AS sum`;

export function statementLoaders(pool: Pool, clock: Clock): AccountStatements {
  const loaderOf = byArgument(
    (period) =>
      new DataLoader<AccountRow, AccountStatement, string>(async (accounts) => {
        const [from = '', to = ''] = period.split('|');
        const { rows } = await pool.query<MovementRow>({
          name: 'ledger:statements',
          text: `SELECT e.account_id, NULL AS locator, NULL AS kind, NULL::date AS date, NULL::uuid AS journal_id, e.currency, ${SIGNED} FROM ${OWN_ENTRIES} AND e.effective_date < $2::date GROUP BY 1, 6
                 UNION ALL
                 SELECT m.account_id, j.locator, j.kind, j.effective_date, j.id, m.currency, m.sum FROM (
                   SELECT e.account_id, e.journal_id, e.currency, ${SIGNED} FROM ${OWN_ENTRIES} AND e.effective_date BETWEEN $2::date AND $3::date GROUP BY 1, 2, 3
                 ) AS m JOIN billing.journals j ON j.id = m.journal_id
                 ORDER BY date NULLS FIRST, journal_id`,
          values: [accounts.map((account) => account.id), from, to],
        });
        return accounts.map((account) => statementOf(account, from, to, rows));
      }, byId),
  );
  return {
    async load(account, from, to) {
      const last = to ?? clock.today();
      const first = from ?? addDays(last, -STATEMENT_DAYS);
      if (first > last) throw badInput('from: not later than `to`', 'from');
      if (daysBetween(first, last) >= STATEMENT_DAYS_MAX) throw badInput(`from, to: at most ${STATEMENT_DAYS_MAX} days`, 'from');
      return loaderOf(`${first}|${last}`).load(account);
    },
  };
}
