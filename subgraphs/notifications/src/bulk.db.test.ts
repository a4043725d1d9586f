/**
 * Very many messages through a mail server that refuses a third of them for the moment and dies twice, each time after it has taken a message in and before it could say so. Nothing is lost: every
 * Message-ID arrives, a second copy only where the server died on it, and every try is counted. 10,000 events at full scale.
 */
import type { AddressInfo, Socket } from 'node:net';
import { installJobs, type RunningJobs, startJobs } from '@olly/kit/jobs';
import { connect, createPool, roleName, transaction } from '@olly/kit/postgres';
import { scaled, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import subgraph from './subgraph.ts';
import { claimEvent, register } from './testing.ts';

const EVENTS = scaled(10_000, 200);
const BEGUN_PAUSES_MS = 200;

/** Counts what it took in by Message-ID, and what it died on. */
function frailServer() {
  const taken = new Map<string, number>();
  const diedOn: string[] = [];
  /** Taken in, and the client has not yet been heard of again: it may not know. */
  const unsure = new Map<string, string>();
  const mayNotKnow = new Set<string>();
  let refused = 0;
  let asked = 0;
  let mustDie = false;
  let port = 0;
  const sockets = new Set<Socket>();
  let server: SMTPServer;
  const start = async (): Promise<void> => {
    server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo(_address, _session, done) {
        asked += 1;
        const isRefused = asked % 3 === 0;
        if (isRefused) refused += 1;
        done(isRefused ? Object.assign(new Error('busy'), { responseCode: 451 }) : undefined);
      },
      onClose: ({ id }) => void unsure.delete(id),
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const id = /^Message-ID:\s*(<[^>]+>)/im.exec(Buffer.concat(chunks).toString('utf8').replace(/\r\n[ \t]/g, ' '))?.[1] ?? 'none';
          taken.set(id, (taken.get(id) ?? 0) + 1);
          unsure.set(session.id, id);
          if (!mustDie) return done();
          mustDie = false;
          diedOn.push(id);
          for (const one of unsure.values()) mayNotKnow.add(one);
          for (const socket of sockets) socket.destroy();
          server.close(() => setTimeout(() => void start(), 300));
        });
      },
    });
    server.server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.server.address() as AddressInfo).port;
  };
  return {
    start,
    url: () => `smtp://127.0.0.1:${port}`,
    die: () => {
      mustDie = true;
    },
    taken,
    diedOn,
    mayNotKnow,
    refused: () => refused,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

let db: TestDatabase;
let notifications: TestSubgraph;
let worker: RunningJobs;
let pool: ReturnType<typeof createPool>;
const smtp = frailServer();
const people = register();
const settings = process.env.SMTP_URL;

beforeAll(async () => {
  await smtp.start();
  process.env.SMTP_URL = smtp.url();
  db = await testDatabase('notifications');
  await installJobs(db.ownerUrl, roleName('notifications', 'service'));
  notifications = testSubgraph(subgraph, db, { services: people.services });
  pool = createPool({ url: db.url, name: 'test-worker', max: 6 });
  worker = await startJobs({ pool, pollMs: 50, concurrency: 4, tasks: subgraph.jobs?.(notifications.services, notifications.deps).tasks ?? {} });
});
afterAll(async () => {
  await worker.stop();
  await pool.end();
  await db.close();
  await smtp.stop();
  if (settings === undefined) delete process.env.SMTP_URL;
  else process.env.SMTP_URL = settings;
});

it(`brings ${EVENTS} messages through a mail server that refuses a third and dies twice`, async () => {
  const readers = Array.from({ length: 50 }, () => people.add());
  const projection = (subgraph.projections?.(notifications.services, notifications.deps) ?? []).find(({ topics }) => topics.includes('claims.claim'));
  const events = Array.from({ length: EVENTS }, (_, index) => claimEvent('approved', readers[index % readers.length] as (typeof readers)[number]));
  await transaction(db.pool, async (tx) => {
    for (const one of events) await projection?.apply(tx, one);
  });
  const admin = await connect(db.adminUrl, 'test');
  const left = async (): Promise<number> => {
    // a pause between tries is over at once: what is tested is that none is forgotten, not how long it waits
    await admin.query("UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now() AND locked_at IS NULL");
    return (await admin.query("SELECT count(*)::int AS left FROM graphile_worker._private_jobs")).rows[0].left;
  };
  for (let deaths = 0; (await left()) > 0; ) {
    if (deaths < 2 && smtp.taken.size > (EVENTS / 3) * (deaths + 1)) {
      smtp.die();
      deaths += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, BEGUN_PAUSES_MS));
  }
  await admin.end();

  const { rows } = await db.pool.query<{ key: string; status: string; attempt_count: number; attempts: number }>(
    `SELECT n.event_id || '.' || n.party_id || '.email' AS key, n.status, n.attempt_count, (SELECT count(*)::int FROM notifications.notification_attempts a WHERE a.notification_id = n.id) AS attempts
     FROM notifications.notification_log n WHERE n.channel = 'EMAIL'`,
  );
  expect(rows).toHaveLength(EVENTS);
  expect(rows.filter((row) => row.status !== 'SENT')).toEqual([]);
  expect(rows.filter((row) => row.attempt_count !== row.attempts)).toEqual([]);
  const arrived = [...smtp.taken.keys()].map((id) => id.slice(1, id.indexOf('@')));
  expect(arrived.sort()).toEqual(rows.map((row) => row.key).sort());
  expect(smtp.diedOn).toHaveLength(2);
  const doubled = [...smtp.taken].filter(([, times]) => times > 1);
  expect(doubled.map(([id]) => id)).toEqual(expect.arrayContaining(smtp.diedOn));
  expect(doubled.filter(([id]) => !smtp.mayNotKnow.has(id))).toEqual([]);
  expect(doubled.every(([, times]) => times === 2)).toBe(true);
  const tries = rows.reduce((sum, row) => sum + row.attempt_count, 0);
  expect(tries).toBeGreaterThanOrEqual(EVENTS + smtp.refused() + 2);
  console.log(`${EVENTS} messages, ${tries} tries, ${smtp.refused()} refused for the moment, ${doubled.length} second copies`);
}, 1_800_000);
