/** Notifications on a real database, a real worker and a real SMTP server: who is told, by which way, in spite of what, and how often it is tried. */
import { installJobs, type RunningJobs, startJobs } from '@olly/kit/jobs';
import { newId, newLocator } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { createPool, roleName, transaction } from '@olly/kit/postgres';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelFailure } from './channels/channel.ts';
import { insertNotification } from './notification/store.ts';
import { SEND, TELL } from './notification/origin.ts';
import { TRIES_MAX } from './notification/send.ts';
import subgraph from './subgraph.ts';
import { claimEvent, event, mailServer, register, type Someone } from './testing.ts';

let db: TestDatabase;
let notifications: TestSubgraph;
let worker: RunningJobs;
let workerPool: ReturnType<typeof createPool>;
let smtp: Awaited<ReturnType<typeof mailServer>>;
const people = register();
const settings = process.env.SMTP_URL;
const member = (who: Someone) => person(['member'], { id: who.id, locator: who.locator });
const tasks = () => subgraph.jobs?.(notifications.services, notifications.deps).tasks ?? {};
const run = (task: string, payload: object) => tasks()[task]?.(payload as Record<string, unknown>, { id: '1', attempt: 1 });

beforeAll(async () => {
  smtp = await mailServer();
  process.env.SMTP_URL = smtp.url;
  db = await testDatabase('notifications');
  await installJobs(db.ownerUrl, roleName('notifications', 'service'));
  notifications = testSubgraph(subgraph, db, { services: people.services });
  // on a pool of its own, so that its polling is not counted as a query's statements
  workerPool = createPool({ url: db.url, name: 'test-worker', max: 3 });
  worker = await startJobs({ pool: workerPool, pollMs: 50, tasks: tasks() });
});
afterAll(async () => {
  await worker.stop();
  await workerPool.end();
  await db.close();
  await smtp.stop();
  if (settings === undefined) delete process.env.SMTP_URL;
  else process.env.SMTP_URL = settings;
});

async function publish(...events: CloudEvent[]): Promise<void> {
  for (const one of events) {
    const topic = one.type.split('.').slice(1, 3).join('.');
    for (const projection of subgraph.projections?.(notifications.services, notifications.deps) ?? []) {
      if (projection.topics.includes(topic)) await transaction(db.pool, (tx) => projection.apply(tx, one));
    }
  }
}

async function until<T>(look: () => Promise<T | false | null | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

interface Log {
  readonly id: string;
  readonly channel: string;
  readonly status: string;
  readonly failure_reason: string | null;
  readonly attempt_count: number;
  readonly party_locator: string;
}
const logOf = async (eventId: string): Promise<Log[]> => (await db.pool.query('SELECT * FROM notifications.notification_log WHERE event_id = $1 ORDER BY id', [eventId])).rows;
const shown = (rows: Log[]) => rows.map((row) => [row.channel, row.status, row.failure_reason]);
/** What an event has led to, once nothing of it is pending. */
const settled = (eventId: string) =>
  until(async () => {
    const rows = await logOf(eventId);
    return rows.length > 0 && rows.every((row) => row.status !== 'PENDING') && rows;
  });
const UPDATE = 'mutation ($input: UpdateNotificationPreferencesInput!) { result: updateNotificationPreferences(input: $input) { ... on NotificationPreferences { id version email preferredChannel optedOutEvents quietFrom timeZone hasPushDevice } ... on NotificationRefusal { code field } } }';
const prefer = async (who: Someone, input: object) => (await notifications.data(member(who), UPDATE, { input: { version: 0, ...input } })).result;

describe('telling a party', () => {
  it('fills the inbox and sends one e-mail, with a Message-ID made from event, party and channel', async () => {
    const ada = people.add();
    const approved = claimEvent('approved', ada, { account: people.addAccount(ada) });
    await publish(approved);
    expect(shown(await settled(approved.id))).toEqual([['IN_APP', 'SENT', null], ['EMAIL', 'SENT', null]]);
    const mail = smtp.mails.find((one) => one.to === ada.email);
    expect(mail?.raw).toContain(`Message-ID: <${approved.id}.${ada.id}.email@olly.example>`);
    expect(mail?.raw).toContain('Subject: Your claim was approved');
    const { notifications: page } = await notifications.data(member(ada), '{ notifications(filter: { channel: IN_APP }) { nodes { event subject body subjectLocator sentAt attempts { attempt outcome } } } }');
    expect(page.nodes[0]).toMatchObject({ event: 'CLAIM_APPROVED', subjectLocator: approved.data.claim, attempts: [{ attempt: 1, outcome: 'SENT' }] });
    expect(page.nodes[0].body).toContain('the plan pays £64.00');
  });

  it('tells once, however often the event comes', async () => {
    const ada = people.add();
    const issued = event('enrollment.policy.issued', { policy: newLocator('pol'), market: 'UK', holder: { partyId: ada.id, party: ada.locator } });
    await publish(issued, issued, issued);
    await settled(issued.id);
    await publish(issued);
    await Promise.all([1, 2, 3].map(() => run(TELL, { eventId: issued.id, event: 'POLICY_ISSUED', time: issued.time, subject: issued.data.policy, party: ada.locator })));
    await until(async () => (await db.pool.query('SELECT 1 FROM graphile_worker.jobs WHERE key = $1', [`${TELL}:${issued.id}`])).rowCount === 0);
    expect(await logOf(issued.id)).toHaveLength(2);
    expect(smtp.mails.filter((mail) => mail.to === ada.email)).toHaveLength(1);
  });

  it('finds the holder of an account, and the market\'s own words', async () => {
    const SAVE = 'mutation ($input: SaveNotificationTemplateInput!) { result: saveNotificationTemplate(input: $input) { ... on NotificationTemplate { version event } ... on NotificationRefusal { code } } }';
    const input = { marketCode: 'UK', language: 'en', event: 'PAYMENT_SETTLED', subject: 'Ta for {{ amount }}', body: 'Cheers, {{ name }}.' };
    const save = (more: object, who = person(['admin'])) => notifications.ask(who, SAVE, { input: { ...input, ...more } });
    expect((await save({})).data.result).toEqual({ version: 1, event: 'PAYMENT_SETTLED' });
    expect((await save({ subject: 'a\r\nBcc: all@example.org' })).data.result).toEqual({ code: 'SUBJECT_INVALID' });
    expect((await save({ body: '{{ name' })).data.result).toEqual({ code: 'TEMPLATE_INVALID' });
    expect((await save({}, person(['member'], people.add()))).codes).toEqual(['FORBIDDEN']);
    const ada = people.add();
    const paid = event('billing.payment.settled', { payment: newLocator('pay'), account: people.addAccount(ada), amount: '30.00', currency: 'GBP' });
    await publish(paid);
    await settled(paid.id);
    expect(smtp.mails.find((mail) => mail.to === ada.email)?.raw).toContain('Cheers, Ada Canary.');
  });

  it('finds a claimant whom the event names by id only', async () => {
    const ada = people.add();
    const submitted = claimEvent('submitted', ada, { claimant: null });
    await publish(submitted);
    expect((await settled(submitted.id)).map((row) => row.party_locator)).toEqual([ada.locator, ada.locator]);
  });

  it('tells the guardian what is about a child under 16, and the child itself from then on', async () => {
    const [guardian, child] = [people.add(), people.add(null)];
    const access = [{ party: guardian.locator, partyId: guardian.id, target: child.locator, targetId: child.id, role: 'GUARDIAN', from: '2026-01-01', to: '2027-01-01' }];
    await publish({ ...event('policy_admin.party.registered', { access }), subject: child.locator });
    const denied = claimEvent('denied', child);
    await publish(denied);
    expect((await settled(denied.id)).map((row) => row.party_locator)).toEqual([guardian.locator, guardian.locator]);
    notifications.clock.set('2027-01-01T09:00:00Z');
    const later = claimEvent('denied', child);
    await publish(later);
    expect((await settled(later.id)).map((row) => [row.party_locator, row.channel, row.failure_reason])).toEqual([[child.locator, 'IN_APP', null], [child.locator, 'EMAIL', 'NO_ADDRESS']]);
    notifications.clock.set('2026-03-01T09:00:00Z');
  });

  it('sends nothing that a party opted out of, notes that it did not, and sends what is critical all the same', async () => {
    const ada = people.add();
    await prefer(ada, { optedOutEvents: ['CLAIM_APPROVED', 'CLAIM_DENIED'] });
    const [approved, denied] = [claimEvent('approved', ada), claimEvent('denied', ada)];
    await publish(approved, denied);
    expect(shown(await settled(approved.id))).toEqual([['IN_APP', 'SUPPRESSED', 'OPTED_OUT'], ['EMAIL', 'SUPPRESSED', 'OPTED_OUT']]);
    expect(shown(await settled(denied.id))).toEqual([['IN_APP', 'SENT', null], ['EMAIL', 'SENT', null]]);
    expect((await notifications.data(member(ada), '{ unreadNotifications }')).unreadNotifications).toBe(1);
    expect(smtp.mails.filter((mail) => mail.to === ada.email)).toHaveLength(1);
  });
});

describe('sending', () => {
  it('tries again with a pause while the server is busy, and notes each try', async () => {
    const ada = people.add();
    smtp.setBusy(true);
    const held = claimEvent('held', ada);
    await publish(held);
    await until(async () => (await logOf(held.id)).some((row) => row.channel === 'EMAIL' && row.attempt_count > 0));
    smtp.setBusy(false);
    await settled(held.id);
    const { notifications: page } = await notifications.data(member(ada), '{ notifications(filter: { channel: EMAIL }) { nodes { status attemptCount attempts { attempt outcome reason } } } }');
    const [email] = page.nodes;
    expect(email).toMatchObject({ status: 'SENT', attemptCount: 2 });
    expect(email.attempts).toEqual([{ attempt: 1, outcome: 'RETRY', reason: 'SMTP_451' }, { attempt: 2, outcome: 'SENT', reason: null }]);
  });

  /** A pending row without a job of its own, as after the pause. */
  async function pending(who: Someone): Promise<string> {
    const origin = { ...notifications.deps, service: 'notifications', schema: 'notifications' };
    const row = await transaction(db.pool, (tx) =>
      insertNotification(tx, origin, { eventId: newId(), party: { id: who.id, locator: who.locator }, event: 'CLAIM_PAID', reference: 'clm_x', channel: 'EMAIL', status: 'PENDING', isCritical: false, subject: 'x', body: 'y', reason: null }),
    );
    return row?.id ?? '';
  }
  const rowOf = async (id: string): Promise<Log> => (await db.pool.query('SELECT * FROM notifications.notification_log WHERE id = $1', [id])).rows[0];

  it('gives up after sixteen tries, with the reason', async () => {
    smtp.setBusy(true);
    const id = await pending(people.add());
    for (let i = 1; i < TRIES_MAX; i += 1) await expect(run(SEND, { id })).rejects.toThrow('SMTP_451');
    await run(SEND, { id });
    smtp.setBusy(false);
    expect(await rowOf(id)).toMatchObject({ status: 'FAILED', failure_reason: 'SMTP_451', attempt_count: TRIES_MAX });
    await run(SEND, { id });
    expect((await rowOf(id)).attempt_count).toBe(TRIES_MAX);
  });

  it('does not try again what was refused for good, and writes no address into the log', async () => {
    const gone = people.add(`gone.${newLocator('x')}@example.org`);
    const issued = claimEvent('paid', gone);
    await publish(issued);
    expect(shown(await settled(issued.id))).toEqual([['IN_APP', 'SENT', null], ['EMAIL', 'FAILED', 'SMTP_550']]);
    const { rows } = await db.pool.query('SELECT l.failure_reason, a.reason FROM notifications.notification_log l JOIN notifications.notification_attempts a ON a.notification_id = l.id WHERE l.event_id = $1', [issued.id]);
    expect(JSON.stringify(rows)).not.toContain('example.org');
  });

  it('falls back to the next channel that reaches the party when the preferred one has failed', async () => {
    const ada = people.add();
    await prefer(ada, { pushToken: 'device-token-1', preferredChannel: 'PUSH' });
    const PUSH = { send: () => Promise.reject(new ChannelFailure('PUSH_404', true)) };
    const services = { ...notifications.services, channels: { ...notifications.services.channels, PUSH } };
    const jobs = subgraph.jobs?.(services, notifications.deps).tasks ?? {};
    const eventId = newId();
    await jobs[TELL]?.({ eventId, event: 'CLAIM_PAID', time: '2026-03-01T09:00:00.000Z', subject: 'clm_x', party: ada.locator }, { id: '1', attempt: 1 });
    const push = (await logOf(eventId)).find((row) => row.channel === 'PUSH');
    await jobs[SEND]?.({ id: push?.id ?? '' }, { id: '1', attempt: 1 });
    const rows = await settled(eventId);
    expect(shown(rows).filter(([channel]) => channel !== 'PUSH')).toEqual([['IN_APP', 'SENT', null], ['EMAIL', 'SENT', null]]);
    expect(rows.find((row) => row.channel === 'PUSH')).toMatchObject({ status: 'FAILED' });
  });

  it('waits for the end of quiet hours, but not with what is critical', async () => {
    const ada = people.add();
    await prefer(ada, { quietFrom: '08:00', quietTo: '12:00', timeZone: 'UTC' });
    const [approved, denied] = [claimEvent('approved', ada), claimEvent('denied', ada)];
    await publish(approved, denied);
    await settled(denied.id);
    const email = await until(async () => (await logOf(approved.id)).find((row) => row.channel === 'EMAIL'));
    expect(email.status).toBe('PENDING');
    const { rows } = await db.pool.query("SELECT extract(epoch FROM run_at - now()) / 60 AS minutes FROM graphile_worker.jobs WHERE key = $1", [`${SEND}:${email.id}`]);
    expect(Number(rows[0].minutes)).toBeGreaterThan(175);
    expect(Number(rows[0].minutes)).toBeLessThan(181);
  });
});

describe('who sees and changes what', () => {
  it('shows a person their own, an administrator that it was sent, and nobody else anything', async () => {
    const ada = people.add();
    const denied = claimEvent('denied', ada);
    await publish(denied);
    await settled(denied.id);
    const QUERY = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { notifications { nodes { locator status subject body subjectLocator } } notificationPreferences { email } } } }';
    const see = async (who: ReturnType<typeof person>) => (await notifications.data(who, QUERY, { r: [{ __typename: 'Party', locator: ada.locator }] }))._entities[0];
    await prefer(ada, { email: 'other@example.org' });
    expect((await see(member(ada))).notifications.nodes.map((one: { subject: string }) => one.subject)).toEqual(['Your claim was denied', 'Your claim was denied']);
    expect((await see(member(ada))).notificationPreferences).toEqual({ email: 'other@example.org' });
    const admin = await see(person(['admin']));
    expect(admin.notifications.nodes[0]).toMatchObject({ status: 'SENT', subject: null, body: null, subjectLocator: null });
    expect(admin.notificationPreferences).toBeNull();
    const stranger = people.add();
    for (const role of ['member', 'broker', 'employer', 'provider', 'adjuster', 'underwriter', 'finance', 'privacy']) {
      expect(await see(person([role], { id: stranger.id, locator: stranger.locator }))).toEqual({ notifications: { nodes: [] }, notificationPreferences: null });
    }
    const [{ locator }] = (await see(member(ada))).notifications.nodes;
    expect((await notifications.data(member(stranger), 'query ($l: ID!) { notification(locator: $l) { locator } }', { l: locator })).notification).toBeNull();
  });

  it('marks a person\'s own inbox as read, once, and leaves others\' alone', async () => {
    const [ada, ben] = [people.add(), people.add()];
    const denied = claimEvent('denied', ada);
    await publish(denied);
    await settled(denied.id);
    const { notifications: inbox } = await notifications.data(member(ada), '{ notifications(filter: { unreadOnly: true }) { nodes { locator } } }');
    const MARK = 'mutation ($l: [ID!]!) { markNotificationsRead(input: { locators: $l }) { notifications { locator readAt } } }';
    const l = [inbox.nodes[0].locator];
    expect((await notifications.data(member(ben), MARK, { l })).markNotificationsRead.notifications).toEqual([]);
    const first = await notifications.data(member(ada), MARK, { l });
    notifications.clock.advance(60_000);
    expect(await notifications.data(member(ada), MARK, { l })).toEqual(first);
    expect((await notifications.data(member(ada), '{ unreadNotifications }')).unreadNotifications).toBe(0);
  });

  it('changes preferences only from the version that was read', async () => {
    const ada = people.add();
    expect(await prefer(ada, { preferredChannel: 'SMS', optedOutEvents: ['CLAIM_PAID'] })).toMatchObject({ version: 1, preferredChannel: 'SMS', optedOutEvents: ['CLAIM_PAID'], hasPushDevice: false, timeZone: 'UTC' });
    expect(await prefer(ada, { preferredChannel: 'EMAIL' })).toEqual({ code: 'CONFLICT', field: 'version' });
    expect(await prefer(ada, { version: 1, email: 'a@b.example\nBcc: c@d.example' })).toEqual({ code: 'EMAIL_INVALID', field: 'email' });
    const race = await Promise.all(Array.from({ length: 10 }, (_, i) => prefer(ada, { version: 1, email: `n${i}@example.org` })));
    expect(race.filter((result) => result.version === 2)).toHaveLength(1);
    expect((await notifications.ask(person(['admin']), UPDATE, { input: { version: 0 } })).codes).toEqual(['FORBIDDEN']);
  });

  it('costs the same number of statements for one party and for fifty', async () => {
    const many = Array.from({ length: 50 }, () => people.add());
    const origin = { ...notifications.deps, service: 'notifications', schema: 'notifications' };
    await transaction(db.pool, async (tx) => {
      for (const { id, locator } of many) {
        await insertNotification(tx, origin, { eventId: newId(), party: { id, locator }, event: 'CLAIM_PAID', reference: 'clm_x', channel: 'IN_APP', status: 'SENT', isCritical: false, subject: 'x', body: 'y', reason: null });
      }
    });
    const ask = (count: number) =>
      notifications.ask(person(['admin']), 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { notifications { nodes { locator subject attempts { outcome } } } notificationPreferences { version } } } }', {
        r: many.slice(0, count).map(({ locator }) => ({ __typename: 'Party', locator })),
      });
    const [one, fifty] = [await ask(1), await ask(50)];
    expect(fifty.data._entities.every((entity: { notifications: { nodes: object[] } }) => entity.notifications.nodes.length === 1)).toBe(true);
    expect(one.statements).toBe(fifty.statements);
    const list = (first: number) => notifications.ask(person(['admin']), `{ notifications(first: ${first}) { nodes { locator attempts { outcome } } } }`);
    expect((await list(1)).statements).toBe((await list(50)).statements);
  });
});
