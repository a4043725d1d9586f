/**
 * A small bank for tests of the event mechanism: transfers between accounts, each telling both accounts' topic in the transaction that moves the money, and a
 * projection that keeps what it was told. Every account counts its changes, so the projection can tell a lost, a doubled and a disordered event apart.
 */
import type { Pool, PoolClient } from 'pg';
import { countedIds, newId } from '../locator/index.ts';
import { appendToOutbox, type CloudEvent, type EventOrigin, type NewEvent } from '../outbox/index.ts';
import { transaction } from '../postgres/index.ts';
import { systemClock } from '../time/index.ts';
import type { Projection } from './types.ts';

export const TOPIC = 'bank.account';
export const OPENING = 1_000;

export const EVENT_TABLES = `
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL UNIQUE, topic text NOT NULL, key text NOT NULL, type text NOT NULL, payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz, tries integer NOT NULL DEFAULT 0, error text, failed_at timestamptz);
  CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
  CREATE TABLE projection_checkpoints (consumer_group text, topic text, partition integer, "offset" bigint NOT NULL, updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer_group, topic, partition));
  CREATE TABLE projection_inbox (consumer_group text, event_id uuid, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer_group, event_id));
`;

export const BANK_TABLES = `${EVENT_TABLES}
  CREATE TABLE accounts (locator text PRIMARY KEY, balance bigint NOT NULL, changes integer NOT NULL DEFAULT 0);
  CREATE TABLE entries (event_id uuid NOT NULL, account text NOT NULL, change integer NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL);
  CREATE TABLE projected (account text PRIMARY KEY, balance bigint NOT NULL, change integer NOT NULL);
  CREATE TABLE disorder (event_id uuid, account text, expected integer, came integer);
`;

export const bankOrigin: EventOrigin = { service: 'bank', schema: 'public', clock: systemClock, ids: { ...countedIds(), id: newId } };

export const accountName = (index: number, prefix = 'acc_'): string => `${prefix}${index}`;

export async function openAccounts(pool: Pool, count: number, prefix = 'acc_'): Promise<void> {
  await pool.query('INSERT INTO accounts (locator, balance) SELECT $1 || i, $2 FROM generate_series(0, $3 - 1) i', [prefix, OPENING, count]);
}

/** The event of one account's change. */
export const changed = (account: string, change: number, amount: number, more: object = {}): NewEvent => ({
  topic: TOPIC,
  key: account,
  type: 'olly.bank.account.changed.v1',
  data: { change, amount, ...more },
});

/** Moves money between two accounts, locked in one order, and tells of both. */
export async function transfer(pool: Pool, from: string, to: string, amount: number): Promise<void> {
  await transaction(pool, async (tx) => {
    await tx.query('SELECT 1 FROM accounts WHERE locator = ANY($1) ORDER BY locator FOR UPDATE', [[from, to]]);
    const { rows } = await tx.query<{ locator: string; changes: number }>(
      `UPDATE accounts SET balance = balance + CASE WHEN locator = $1 THEN -$3::bigint ELSE $3::bigint END, changes = changes + 1 WHERE locator IN ($1, $2) RETURNING locator, changes`,
      [from, to, amount],
    );
    await appendToOutbox(tx, bankOrigin, rows.map(({ locator, changes }) => changed(locator, changes, locator === from ? -amount : amount)));
  });
}

async function apply(tx: PoolClient, event: CloudEvent): Promise<void> {
  const { change, amount } = event.data as { change: number; amount: number };
  await tx.query('INSERT INTO entries (event_id, account, change, amount, at) VALUES ($1, $2, $3, $4, $5)', [event.id, event.subject, change, amount, event.time]);
  const { rows } = await tx.query<{ before: number }>(
    `INSERT INTO projected (account, balance, change) VALUES ($1, $2, $3)
     ON CONFLICT (account) DO UPDATE SET balance = projected.balance + EXCLUDED.balance, change = EXCLUDED.change
     RETURNING (SELECT change FROM projected p WHERE p.account = $1) AS before`,
    [event.subject, amount, change],
  );
  const expected = (rows[0]?.before ?? 0) + 1;
  if (change !== expected) await tx.query('INSERT INTO disorder VALUES ($1, $2, $3, $4)', [event.id, event.subject, expected, change]);
}

export const bankProjection = (group: string): Projection => ({ group, topics: [TOPIC], apply });

/** Empties what the projection keeps. */
export const emptyBank = async (tx: PoolClient): Promise<void> => {
  await tx.query('DELETE FROM entries; DELETE FROM projected; DELETE FROM disorder');
};

export interface BankState {
  /** Events written to the outbox. */
  readonly told: number;
  /** Rows that the projection made, and how many different events they are of. */
  readonly applied: number;
  readonly distinct: number;
  readonly disordered: number;
  /** Accounts whose projected balance or count of changes is not what the account says. */
  readonly wrong: number;
  /** The sum of all projected balances; transfers leave it at zero. */
  readonly sum: number;
}

export async function bankState(pool: Pool): Promise<BankState> {
  const { rows } = await pool.query<BankState>(
    `SELECT (SELECT count(*) FROM outbox)::int AS told, (SELECT count(*) FROM entries)::int AS applied, (SELECT count(DISTINCT event_id) FROM entries)::int AS distinct,
            (SELECT count(*) FROM disorder)::int AS disordered, (SELECT coalesce(sum(balance), 0) FROM projected)::int AS sum,
            (SELECT count(*) FROM accounts a LEFT JOIN projected p ON p.account = a.locator
             WHERE a.changes > 0 AND (p.balance IS DISTINCT FROM a.balance - $1 OR p.change IS DISTINCT FROM a.changes))::int AS wrong`,
    [OPENING],
  );
  return rows[0] as BankState;
}

/** What a bank looks like when nothing was lost, doubled or disordered. */
export const wholeBank = (told: number): BankState => ({ told, applied: told, distinct: told, disordered: 0, wrong: 0, sum: 0 });
