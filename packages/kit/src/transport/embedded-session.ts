/**
 * The one long session that a process has with the embedded log's database. Advisory locks on it say which partitions this process reads; when the connection
 * breaks, PostgreSQL has released them, so everything held counts as lost at once and a new session begins with nothing. Polling and group commits run here
 * too: what is not connected cannot commit.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { backoffMs, type EventLog } from './transport.ts';

/** The lock's number of a name. */
export function lockKey(...parts: readonly (string | number)[]): string {
  return String(createHash('sha256').update(JSON.stringify(['olly_log', ...parts])).digest().readBigInt64BE());
}

export class LogSession {
  /** Locks of this session, by number. */
  readonly held = new Set<string>();
  readonly #url: string;
  readonly #name: string;
  readonly #log: EventLog;
  #client: pg.Client | undefined;
  #isClosed = false;
  #lost: (() => void)[] = [];
  #connecting: Promise<void> | undefined;

  constructor(url: string, name: string, log: EventLog) {
    this.#url = url;
    this.#name = name;
    this.#log = log;
  }

  /** Called, without arguments, each time a session is lost. */
  onLost(listener: () => void): void {
    this.#lost.push(listener);
  }

  /** The connection; waits until there is one. Undefined once closed. */
  async client(): Promise<pg.Client | undefined> {
    while (!this.#client && !this.#isClosed) {
      this.#connecting ??= this.#connect().finally(() => {
        this.#connecting = undefined;
      });
      await this.#connecting;
    }
    return this.#client;
  }

  async #connect(): Promise<void> {
    for (let failures = 1; !this.#isClosed; failures += 1) {
      // A group's offset is only where to begin again; the projection's checkpoint counts. It need not wait for the disk.
      const client = new pg.Client({ connectionString: this.#url, application_name: this.#name, options: '-c synchronous_commit=off', keepAlive: true, connectionTimeoutMillis: 5_000 });
      client.on('error', () => this.#lose(client));
      client.on('end', () => this.#lose(client));
      try {
        await client.connect();
        this.#client = client;
        return;
      } catch (err) {
        client.end().catch(() => {});
        if (failures === 1) this.#log.warn({ err, attempt: failures }, 'The log’s database does not answer');
        await new Promise((resolve) => setTimeout(resolve, backoffMs(failures, 50, 1_000)));
      }
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.held.clear();
    for (const listener of this.#lost) listener();
  }

  /** Takes what is free of the given locks, in order, up to `max`; answers those it got. */
  async takeLocks(keys: readonly string[], max: number): Promise<string[]> {
    const client = await this.client();
    const got: string[] = [];
    const open = keys.filter((key) => !this.held.has(key));
    while (client && open.length > 0 && got.length < max) {
      const asked = open.splice(0, max - got.length);
      const { rows } = await client.query<{ key: string; has: boolean }>('SELECT key::text, pg_try_advisory_lock(key) AS has FROM unnest($1::bigint[]) AS key', [asked]);
      if (this.#client !== client) return [];
      for (const { key, has } of rows) {
        if (!has) continue;
        this.held.add(key);
        got.push(key);
      }
    }
    return got;
  }

  /** Joins the members of a group: a shared lock that others can count. */
  async join(key: string): Promise<void> {
    const client = await this.client();
    await client?.query('SELECT pg_advisory_lock_shared($1)', [key]);
  }

  async leave(key: string): Promise<void> {
    await this.#client?.query('SELECT pg_advisory_unlock_shared($1)', [key]);
  }

  async releaseLocks(keys: readonly string[]): Promise<void> {
    const mine = keys.filter((key) => this.held.delete(key));
    if (mine.length > 0) await this.#client?.query('SELECT pg_advisory_unlock(key) FROM unnest($1::bigint[]) AS key', [mine]);
  }

  /** How many members each group has now, by the group's key. */
  async members(): Promise<Map<string, number>> {
    const client = await this.client();
    const counted = await client?.query<{ key: string; members: number }>(
      `SELECT ((classid::bigint << 32) | objid::bigint)::text AS key, count(*)::int AS members FROM pg_locks
       WHERE locktype = 'advisory' AND objsubid = 1 AND mode = 'ShareLock' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       GROUP BY 1`,
    );
    return new Map(counted?.rows.map((row) => [row.key, row.members]));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }
}
