/**
 * What is left after kill -9. A writer keeps moving money while relays, projections, PostgreSQL and the broker are killed again and again; afterwards every event
 * that was committed has been applied once, in order of its account, and the sums balance. PostgreSQL is one of our own, durable, behind a proxy that
 * gives it one address for life.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, createPool, type EmbeddedPostgres, startEmbedded, withDatabase } from '../postgres/index.ts';
import { outboxState } from '../outbox/index.ts';
import { repositoryRoot, scaled } from '../testing/index.ts';
import { until } from '../transport/transport.contract.ts';
import { accountName, BANK_TABLES, bankState, openAccounts, transfer, wholeBank } from './bank.fixture.ts';
import type { WorkerConfig } from './kill.worker.ts';

/** A broker that can be killed; see tools/kafka. */
export interface KillableBroker {
  readonly brokers: string[];
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const ACCOUNTS = 12;
const WRITERS = 3;
const KILLS = scaled(10);
/** A broker's start alone takes most of a minute on a busy machine. */
const TEST_MS_MAX = 180_000 + KILLS * 60_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const soon = () => pause(100 + Math.random() * 400);

/** PostgreSQL at one address, whatever its port is after a kill. */
class Postgres {
  readonly dir = mkdtempSync(join(tmpdir(), 'olly-kill-'));
  #server!: EmbeddedPostgres;
  #proxy!: Server;
  readonly #sockets = new Set<Socket>();

  async start(): Promise<void> {
    this.#server = await startEmbedded({ dir: this.dir, isDurable: true, maxConnections: 60 });
    this.#proxy = createServer((socket) => {
      const to = connectTcp(this.#server.port, '127.0.0.1');
      for (const each of [socket, to]) this.#sockets.add(each);
      const end = () => {
        socket.destroy();
        to.destroy();
        for (const each of [socket, to]) this.#sockets.delete(each);
      };
      for (const each of [socket, to]) each.on('error', end).on('close', end);
      socket.pipe(to).pipe(socket);
    });
    await new Promise<void>((resolve) => this.#proxy.listen(0, '127.0.0.1', resolve));
  }

  url(database: string): string {
    const url = new URL(withDatabase(this.#server.url, database));
    url.port = String((this.#proxy.address() as { port: number }).port);
    return url.toString();
  }

  async killAndRestart(): Promise<void> {
    process.kill(this.#server.pid, 'SIGKILL');
    await pause(200);
    this.#server = await startEmbedded({ dir: this.dir, isDurable: true, maxConnections: 60 });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#proxy.close(resolve));
    await this.#server.stop();
    rmSync(dirname(this.#server.dataDir), { recursive: true, force: true });
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export function killContract(kind: string, startBroker?: () => Promise<KillableBroker>): void {
  describe(`events over the ${kind} transport, while processes are killed`, () => {
    const postgres = new Postgres();
    let broker: KillableBroker | undefined;
    let pool: Pool;
    let round = 0;
    const workers = new Set<ChildProcess>();

    beforeAll(async () => {
      await postgres.start();
      broker = await startBroker?.();
    });
    afterEach(async () => {
      await Promise.all([...workers].map(kill));
      await pool?.end();
    });
    afterAll(async () => {
      await broker?.stop();
      await postgres.stop();
    });

    /** A new bank, and a new log for it; on a broker all banks share a topic, so each is read by a group of its own from where the last one ended. */
    async function openBank(): Promise<Omit<WorkerConfig, 'roles'>> {
      round += 1;
      const admin = await connect(postgres.url('postgres'), 'kill-test');
      for (const name of [`bank_${round}`, `log_${round}`]) await admin.query(`CREATE DATABASE ${name}`);
      await admin.end();
      pool = createPool({ url: postgres.url(`bank_${round}`), name: 'kill-test', max: WRITERS + 2 });
      // The events of banks before this one lie in the same topic of the broker: their accounts are not ours.
      await pool.query(`${BANK_TABLES}
        CREATE FUNCTION own_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM accounts WHERE locator = NEW.account) THEN RETURN NEW; END IF; RETURN NULL; END $$;
        CREATE TRIGGER own_key BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION own_key();
        CREATE TRIGGER own_key BEFORE INSERT ON projected FOR EACH ROW EXECUTE FUNCTION own_key();
        CREATE TRIGGER own_key BEFORE INSERT ON disorder FOR EACH ROW EXECUTE FUNCTION own_key();`);
      await openAccounts(pool, ACCOUNTS, `r${round}_`);
      return { bankUrl: postgres.url(`bank_${round}`), group: `bank.kill${round}`, ...(broker ? { brokers: broker.brokers } : { logUrl: postgres.url(`log_${round}`) }) };
    }

    async function work(bank: Omit<WorkerConfig, 'roles'>, ...roles: WorkerConfig['roles']): Promise<ChildProcess> {
      const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'kill.worker.ts')], {
        cwd: repositoryRoot(),
        env: { ...process.env, NODE_OPTIONS: '', OLLY_KILL_WORKER: JSON.stringify({ ...bank, roles } satisfies WorkerConfig) },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      workers.add(child);
      await new Promise<void>((resolve, reject) => {
        child.once('message', () => resolve());
        child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
      });
      return child;
    }

    async function kill(child: ChildProcess): Promise<void> {
      workers.delete(child);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }

    /** Moves money all the while `during` runs, through whatever outage; answers how many transfers were confirmed. */
    async function writeWhile(during: () => Promise<void>): Promise<number> {
      let isOver = false;
      let confirmed = 0;
      const write = async (writer: number) => {
        for (let n = 0; !isOver; n += 1) {
          const from = (writer * 5 + n) % ACCOUNTS;
          const to = (from + 1 + (n % (ACCOUNTS - 1))) % ACCOUNTS;
          await transfer(pool, accountName(from, `r${round}_`), accountName(to, `r${round}_`), 1 + (n % 9)).then(
            () => {
              confirmed += 1;
              return pause(4);
            },
            () => pause(100),
          );
        }
      };
      const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
      try {
        await during();
      } finally {
        isOver = true;
        await Promise.all(writers);
      }
      return confirmed;
    }

    /** Lets everything arrive, then looks: nothing lost, doubled or disordered. */
    async function settle(confirmed: number): Promise<void> {
      const told = (await bankState(pool)).told;
      // A commit whose answer was lost in a crash counts as well.
      expect(told).toBeGreaterThanOrEqual(2 * confirmed);
      expect(confirmed).toBeGreaterThan(0);
      await until(async () => (await outboxState(pool, 'public')).waiting === 0 && (await bankState(pool)).applied >= told, 'all events to arrive', 90_000);
      await pause(300);
      expect(await bankState(pool)).toEqual(wholeBank(told));
      expect((await pool.query('SELECT sum(balance)::int AS sum FROM accounts')).rows[0].sum).toBe(ACCOUNTS * 1_000);
      expect((await outboxState(pool, 'public')).failed).toBe(0);
    }

    it('loses and doubles nothing when the relay is killed', async () => {
      const bank = await openBank();
      await work(bank, 'projection');
      const confirmed = await writeWhile(async () => {
        for (let i = 0; i < KILLS; i += 1) {
          const relay = await work(bank, 'relay');
          await soon();
          await kill(relay);
        }
      });
      await work(bank, 'relay');
      await settle(confirmed);
    }, TEST_MS_MAX);

    it('loses and doubles nothing when the projection is killed, with another of its group beside it', async () => {
      const bank = await openBank();
      await work(bank, 'relay');
      const confirmed = await writeWhile(async () => {
        let beside = await work(bank, 'projection');
        for (let i = 0; i < KILLS; i += 1) {
          const next = await work(bank, 'projection');
          await soon();
          await kill(beside);
          beside = next;
        }
      });
      await settle(confirmed);
    }, TEST_MS_MAX);

    it('loses and doubles nothing when PostgreSQL is killed', async () => {
      const bank = await openBank();
      await work(bank, 'relay', 'projection');
      const confirmed = await writeWhile(async () => {
        for (let i = 0; i < KILLS; i += 1) {
          await soon();
          await postgres.killAndRestart();
          await soon();
        }
      });
      await settle(confirmed);
    }, TEST_MS_MAX);

    if (startBroker) it('loses and doubles nothing when the broker is killed', async () => {
      const bank = await openBank();
      await work(bank, 'relay', 'projection');
      const confirmed = await writeWhile(async () => {
        for (let i = 0; i < KILLS; i += 1) {
          await soon();
          await broker?.kill();
          await soon();
          await broker?.restart();
          await soon();
        }
      });
      await settle(confirmed);
    }, TEST_MS_MAX);
  });
}
