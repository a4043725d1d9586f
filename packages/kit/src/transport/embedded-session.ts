/**
 * The one long session that a process has with the embedded log's database. Advisory locks on it say which partitions this process reads; when the connection
 * breaks, PostgreSQL has released them, so everything held counts as lost at once and a new session begins with nothing. Polling and group commits run here
 * too: what is not connected cannot commit.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';

/** How old a count of members may be. */
const MEMBERS_MS = 700;

/** The lock's number of a name. */
export function lockKey(...parts: readonly (string | number)[]): string {
  return String(createHash('sha256').update(JSON.stringify(['olly_log', ...parts])).digest().readBigInt64BE());
}

export class LogSession {
  /** Locks of this session, by number. */
  readonly held = new Set<string>();
  readonly #url: string;
  readonly #name: string;
  #client: pg.Client | undefined;
  #isClosed = false;
  readonly #lost = new Set<() => void>();
  #queue: Promise<void> = Promise.resolve();
  #members: { countedAt: number; counted: Promise<Map<string, number>> } | undefined;

  constructor(url: string, name: string) {
    this.#url = url;
    this.#name = name;
  }

  /** Calls the listener each time a session is lost; answers how to stop that. */
  onLost(listener: () => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  /**
   * Runs statements on the session, one caller at a time, connecting first where there is none. Rejects when that fails or the session breaks meanwhile; the caller
   * tries again in its own time. Undefined once closed.
   */
  async run<T>(statements: (client: pg.Client) => Promise<T>): Promise<T | undefined> {
    const before = this.#queue;
    let next = () => {};
    this.#queue = new Promise((resolve) => {
      next = resolve;
    });
    await before;
    try {
      if (this.#isClosed) return undefined;
      return await statements(this.#client ?? (await this.#connect()));
    } finally {
      next();
    }
  }

  async #connect(): Promise<pg.Client> {
    // A group's offset is only where to begin again; the projection's checkpoint counts. It need not wait for the disk.
    const client = new pg.Client({ connectionString: this.#url, application_name: this.#name, options: '-c synchronous_commit=off', keepAlive: true, connectionTimeoutMillis: 5_000 });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    try {
      await client.connect();
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    this.#client = client;
    return client;
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.held.clear();
    for (const listener of this.#lost) listener();
  }

  /** Takes what is free of the given locks, in order, up to `max`; answers those it got. */
  async takeLocks(keys: readonly string[], max: number): Promise<string[]> {
    const got: string[] = [];
    await this.run(async (client) => {
      const open = keys.filter((key) => !this.held.has(key));
      while (open.length > 0 && got.length < max) {
        const asked = open.splice(0, max - got.length);
        const { rows } = await client.query<{ key: string; has: boolean }>('SELECT key::text, pg_try_advisory_lock(key) AS has FROM unnest($1::bigint[]) AS key', [asked]);
        if (this.#client !== client) throw new Error('The session was lost');
        const taken = rows.filter(({ has }) => has).map(({ key }) => key);
        for (const key of taken) this.held.add(key);
        got.push(...taken);
      }
    });
    return got;
  }

  /** Joins the members of a group: a shared lock that others can count. */
  async join(key: string): Promise<void> {
    await this.run((client) => client.query('SELECT pg_advisory_lock_shared($1)', [key]));
    this.#members = undefined;
  }

  async leave(key: string): Promise<void> {
    if (this.#client) await this.run((client) => client.query('SELECT pg_advisory_unlock_shared($1)', [key]));
  }

  async releaseLocks(keys: readonly string[]): Promise<void> {
    const mine = keys.filter((key) => this.held.delete(key));
    if (mine.length > 0 && this.#client) await this.run((client) => client.query('SELECT pg_advisory_unlock(key) FROM unnest($1::bigint[]) AS key', [mine]));
  }

  /** How many members each group has now, by the group's key; counted for all subscriptions of the process at once, at most once in a while. */
  members(): Promise<Map<string, number>> {
    if (!this.#members || Date.now() - this.#members.countedAt > MEMBERS_MS) {
      const counted = this.#countMembers();
      this.#members = { countedAt: Date.now(), counted };
      counted.catch(() => {
        this.#members = undefined;
      });
    }
    return this.#members.counted;
  }

  async #countMembers(): Promise<Map<string, number>> {
    const counted = await this.run((client) =>
      client.query<{ key: string; members: number }>(
        `SELECT ((classid::bigint << 32) | objid::bigint)::text AS key, count(*)::int AS members FROM pg_locks
         WHERE locktype = 'advisory' AND objsubid = 1 AND mode = 'ShareLock' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         GROUP BY 1`,
      ),
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
