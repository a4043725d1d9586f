/**
 * `ledger_growth`: an account's balance as of a date and a page of its statement, by billing's own loaders, in a ledger of 1,000,000 entries beside one of 10,000. Accounts of one size, more of
 * them: what grows is the table. Turn by turn, so that a noisy moment hits both. The trial balance is printed too, without a bar.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { migrate } from '@olly/kit/migrate';
import { connect, createPool, installDatabase, type Pool, roleUrl, startEmbedded, withDatabase } from '@olly/kit/postgres';
import { addDays, systemClock } from '@olly/kit/time';
import { balanceLoaders, statementLoaders } from '../../subgraphs/billing/src/ledger/loaders.ts';
import { trialBalance } from '../../subgraphs/billing/src/ledger/trial-balance.ts';
import type { AccountRow } from '../../subgraphs/billing/src/mappers.ts';
import { type Figure, median, round } from './figure.ts';

const MIGRATIONS = join(import.meta.dirname, '../../subgraphs/billing/migrations');
const SMALL = 10_000;
const LARGE = 1_000_000;
/** Four years of monthly premium and its payment: 48 journals of two entries each, and four more. */
const JOURNALS_AN_ACCOUNT = 50;
const ENTRIES_A_JOURNAL = 2;
const START = '2022-01-01';
const DAYS = 1_460;
const AS_OF = '2025-06-30';
const TURNS = 15;
const ASKED_A_TURN = 40;

interface Ledger {
  readonly pool: Pool;
  readonly accounts: readonly AccountRow[];
  /** Milliseconds for `ASKED_A_TURN` balances and statements, each account by itself, as requests ask. */
  turn(): Promise<number>;
}

const line = (values: readonly (string | null)[]): string => `${values.map((value) => value ?? '\\N').join('\t')}\n`;

/** Writes journals and entries as COPY reads them: premium charged and paid in turn, spread over the years. */
async function writeRows(dir: string, accounts: readonly AccountRow[]): Promise<void> {
  const journals = createWriteStream(join(dir, 'journals'));
  const entries = createWriteStream(join(dir, 'entries'));
  let count = 0;
  for (const { id: account, currency } of accounts) {
    const policy = randomUUID();
    for (let n = 0; n < JOURNALS_AN_ACCOUNT; n += 1) {
      count += 1;
      const journal = randomUUID();
      const date = addDays(START, Math.floor((n * DAYS) / JOURNALS_AN_ACCOUNT));
      const at = `${date}T08:00:00Z`;
      const [kind, debit, credit] = n % 2 === 0 ? ['CHARGE', 'RECEIVABLE', 'UNEARNED_PREMIUM'] : ['PAYMENT', 'CASH', 'RECEIVABLE'];
      const about = [randomUUID(), kind] as const;
      journals.write(line([journal, `jnl_bench${count}`, kind as string, `bench:${count}`, date, date, at]));
      for (const [side, ledgerAccount] of [['DEBIT', debit], ['CREDIT', credit]] as const) {
        const row = [randomUUID(), `led_bench${count}${side}`, journal, account, policy, ledgerAccount as string, kind as string, ...about, side, `${10 + (n % 90)}.37`, currency, 'INDIVIDUAL_HEALTH', date, date, at];
        if (!entries.write(line(row))) await once(entries, 'drain');
      }
    }
  }
  journals.end();
  entries.end();
  await Promise.all([finished(journals), finished(entries)]);
  for (const name of ['journals', 'entries']) chmodSync(join(dir, name), 0o644);
}

/** A billing database of its own with so many entries, loaded by COPY; every journal is checked to balance. */
async function ledgerOf(cluster: string, dir: string, size: number): Promise<Ledger & { stop(): Promise<void> }> {
  const database = `ledger_${size}`;
  const admin = await connect(withDatabase(cluster, database), 'bench');
  const count = size / (JOURNALS_AN_ACCOUNT * ENTRIES_A_JOURNAL);
  const accounts = Array.from({ length: count }, (_, n): AccountRow => ({ id: randomUUID(), locator: `acc_bench${n}`, billing_level: 'ACCOUNT', currency: 'GBP' }));
  await writeRows(dir, accounts);
  // The deferred check of each journal is asked once for all of them, below.
  await admin.query('SET session_replication_role = replica');
  await admin.query(`COPY billing.journals (id, locator, kind, source, effective_date, posting_date, created_at) FROM '${join(dir, 'journals')}'`);
  await admin.query(
    `COPY billing.ledger_entries (id, locator, journal_id, account_id, policy_id, ledger_account, entry_type, reference_id, reference_type, direction, amount, currency, lob, effective_date, posting_date, created_at)
     FROM '${join(dir, 'entries')}'`,
  );
  await admin.query('SET session_replication_role = origin');
  const { rows } = await admin.query<{ entries: string; unbalanced: string }>(
    `SELECT (SELECT count(*) FROM billing.ledger_entries) AS entries,
            (SELECT count(*) FROM (SELECT 1 FROM billing.ledger_entries GROUP BY journal_id, currency HAVING sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) <> 0) AS wrong) AS unbalanced`,
  );
  if (Number(rows[0]?.entries) !== size || rows[0]?.unbalanced !== '0') throw new Error(`the ledger of ${size} entries was not loaded whole`);
  await admin.query('VACUUM ANALYZE billing.journals');
  await admin.query('VACUUM ANALYZE billing.ledger_entries');
  await admin.end();
  const pool = createPool({ url: withDatabase(cluster, database), name: 'bench', max: 1 });
  let next = 0;
  return {
    pool,
    accounts,
    async turn() {
      const startedAt = process.hrtime.bigint();
      for (let asked = 0; asked < ASKED_A_TURN; asked += 1) {
        next = (next + 7_919) % accounts.length;
        const account = accounts[next] as AccountRow;
        // New loaders each time: a request finds nothing remembered.
        const { receivable } = await balanceLoaders(pool, systemClock).load(account, AS_OF);
        const { lines, closing } = await statementLoaders(pool, systemClock).load(account, '2024-07-01', AS_OF);
        if (lines.length === 0 || closing.minor !== receivable.minor) throw new Error('the statement does not end at the balance');
      }
      return Number(process.hrtime.bigint() - startedAt) / 1e6;
    },
    stop: () => pool.end(),
  };
}

async function msOf(act: () => Promise<unknown>): Promise<number> {
  const startedAt = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
}

export async function ledgerGrowth(): Promise<Figure> {
  const dir = mkdtempSync(join(tmpdir(), 'olly-bench-'));
  // PostgreSQL may run as another user and reads the files that are written here.
  chmodSync(dir, 0o755);
  const stops: (() => Promise<void>)[] = [async () => rmSync(dir, { recursive: true, force: true })];
  try {
    const server = await startEmbedded({ dir, isDurable: false });
    stops.push(async () => rmSync(dirname(server.dataDir), { recursive: true, force: true }), server.stop);
    await installDatabase(server.url, 'billing');
    await migrate({ url: roleUrl(server.url, 'billing', 'owner'), schema: 'billing', dir: MIGRATIONS, direction: 'up' });
    const admin = await connect(server.url, 'bench');
    for (const size of [SMALL, LARGE]) await admin.query(`CREATE DATABASE ledger_${size} TEMPLATE billing`);
    await admin.end();
    const small = await ledgerOf(server.url, dir, SMALL);
    stops.push(small.stop);
    const large = await ledgerOf(server.url, dir, LARGE);
    stops.push(large.stop);
    const [few, many]: [number[], number[]] = [[], []];
    for (let turn = 0; turn <= TURNS; turn += 1) {
      const [a, b] = [await small.turn(), await large.turn()];
      // The first one warms up.
      if (turn > 0) {
        few.push(a / ASKED_A_TURN);
        many.push(b / ASKED_A_TURN);
      }
    }
    const [ours, other] = [round(median(many), 3), round(median(few), 3)];
    const [trialMany, trialFew] = [await msOf(() => trialBalance(large.pool, AS_OF, 'EFFECTIVE')), await msOf(() => trialBalance(small.pool, AS_OF, 'EFFECTIVE'))];
    const note = `a balance and a statement of a year, ${LARGE} entries beside ${SMALL} (other), ${TURNS} turns of ${ASKED_A_TURN} accounts; trial balance ${round(trialMany, 1)} ms beside ${round(trialFew, 1)} ms`;
    return { figure: 'ledger_growth', ours, other, ratio: round(median(many) / median(few)), unit: 'ms', note };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
