/** The trial balance: what every ledger account holds at the end of a day. A query of all entries up to it; it is zero because every journal is. */
import { add, type Money, money, subtract, zero } from '@olly/kit/money';
import type { Pool } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { LedgerAccount } from './journal.ts';

interface TrialBalanceSums {
  readonly debit: Money;
  readonly credit: Money;
  readonly balance: Money;
}
interface TrialBalanceLine extends TrialBalanceSums {
  readonly ledgerAccount: LedgerAccount;
  readonly lob: string | null;
}
export type DateBasis = 'EFFECTIVE' | 'POSTING';
export interface TrialBalance {
  readonly asOf: IsoDate;
  readonly basis: DateBasis;
  readonly lines: readonly TrialBalanceLine[];
  readonly totals: readonly TrialBalanceSums[];
}

interface SumsRow {
  readonly ledger_account: LedgerAccount;
  readonly lob: string | null;
  readonly currency: string;
  readonly debit: string;
  readonly credit: string;
}

const DATES: Readonly<Record<DateBasis, string>> = { EFFECTIVE: 'effective_date', POSTING: 'posting_date' };

/** Reads it. Claims carry no line of business of their own; it is that of their policy. */
export async function trialBalance(pool: Pool, asOf: IsoDate, basis: DateBasis): Promise<TrialBalance> {
  const { rows } = await pool.query<SumsRow>(
    `SELECT e.ledger_account, coalesce(e.lob, p.lob) AS lob, e.currency, coalesce(sum(e.amount) FILTER (WHERE e.direction = 'DEBIT'), 0) AS debit,
            coalesce(sum(e.amount) FILTER (WHERE e.direction = 'CREDIT'), 0) AS credit
     FROM billing.ledger_entries e LEFT JOIN billing.policies p ON p.id = e.policy_id WHERE e.${DATES[basis]} <= $1::date
     GROUP BY 1, 2, 3 ORDER BY 3, 1, 2 NULLS FIRST`,
    [asOf],
  );
  const lines = rows.map(({ ledger_account, lob, currency, ...sums }) => {
    const [debit, credit] = [money(sums.debit, currency), money(sums.credit, currency)];
    return { ledgerAccount: ledger_account, lob, debit, credit, balance: subtract(debit, credit) };
  });
  const totals = [...new Set(rows.map((row) => row.currency))].map((currency) => {
    const own = lines.filter((line) => line.debit.currency === currency);
    const total = (side: 'debit' | 'credit' | 'balance') => own.reduce((left, line) => add(left, line[side]), zero(currency));
    return { debit: total('debit'), credit: total('credit'), balance: total('balance') };
  });
  return { asOf, basis, lines, totals };
}
