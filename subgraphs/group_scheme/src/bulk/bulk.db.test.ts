/** Bulk enrolment on PostgreSQL, with jobs as they run in the worker: progress, reports, both modes, stopping, and a worker that is killed again and again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { appError } from '@olly/kit/errors';
import { installJobs, type RunningJobs, startJobs } from '@olly/kit/jobs';
import { newId, newLocator } from '@olly/kit/locator';
import { roleName } from '@olly/kit/postgres';
import { person, repositoryRoot, scaled, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { fileOf, OtherServices } from '../testing/world.ts';
import { BULK_TASK, type BulkPace, runBulk } from './work.ts';

const admin = person(['admin']);
const JOB = 'locator status total processed succeeded failedCount errors';
const START = `mutation ($input: StartBulkEnrollmentInput!) { done: startBulkEnrollment(input: $input) { ... on BulkEnrollmentJob { ${JOB} } ... on SchemeRefusal { code } } }`;
const PACE: BulkPace = { leaseMs: 1_000, familiesABatch: 20, sideBySide: 4, sliceMs: 1_000 };

interface Job {
  readonly locator: string;
  readonly status: string;
  readonly total: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failedCount: number;
  readonly errors: readonly { row: number; column: string; code: string }[];
}

describe('bulk enrolment', () => {
  let db: TestDatabase;
  let schemes: TestSubgraph;
  let others: OtherServices;
  let running: RunningJobs | undefined;
  let serial = 0;
  const work = async () => {
    const { deps, services } = schemes;
    const tasks = { [BULK_TASK]: ({ jobId }: { jobId?: unknown }) => runBulk({ ...deps, service: 'group_scheme', schema: 'group_scheme', ports: services.ports, pace: PACE }, String(jobId)) };
    running = await startJobs({ pool: db.pool, pollMs: 50, tasks });
  };
  beforeAll(async () => {
    db = await testDatabase('group_scheme');
    await installJobs(db.ownerUrl, roleName('group_scheme', 'service'));
    others = new OtherServices();
    const answer = others.answer;
    schemes = testSubgraph(subgraph, db, { services: { documents: answer, policy_admin: answer, enrollment: answer } });
    await work();
  });
  afterAll(async () => {
    await running?.stop();
    await db.close();
  });

  const scheme = async () => {
    serial += 1;
    const input = { code: `BULK_${serial}`, name: 'Fernhill', employerPartyId: newId(), employerLocator: newLocator('pty'), accountLocator: newLocator('acc'), productCode: 'UK_GROUP', effectiveFrom: '2026-01-01', idempotencyKey: `s${serial}` };
    const { createScheme } = await schemes.data(admin, 'mutation ($input: CreateSchemeInput!) { createScheme(input: $input) { ... on Scheme { id locator } } }', { input });
    await schemes.data(admin, 'mutation ($l: ID!) { activateScheme(input: { locator: $l }) { __typename } }', { l: createScheme.locator });
    return createScheme as { id: string; locator: string };
  };
  const start = async (to: { locator: string }, content: string | Buffer, more: object = {}, who = admin): Promise<Job> => {
    const file = others.file(content, who.subject);
    return (await schemes.data(who, START, { input: { scheme: to.locator, file, idempotencyKey: newId(), ...more } })).done;
  };
  const look = async ({ locator }: Job): Promise<Job> => (await schemes.data(admin, `query ($l: ID!) { job: bulkEnrollmentJob(locator: $l) { ${JOB} } }`, { l: locator })).job;
  const over = async (job: Job): Promise<Job> => {
    await expect.poll(async () => (await look(job)).status, { timeout: 60_000 }).toMatch(/COMPLETED|FAILED|CANCELLED/);
    return look(job);
  };
  const step = (job: Job, command: 'pause' | 'resume' | 'cancel') =>
    schemes.data(admin, `mutation ($l: ID!) { done: ${command}BulkEnrollment(input: { locator: $l }) { ... on BulkEnrollmentJob { status } ... on SchemeRefusal { code message } } }`, { l: job.locator });
  const members = async (of: { id: string }) =>
    (await db.pool.query<{ employee_number: string; status: string; policy_locator: string; member_party_locator: string }>('SELECT employee_number, status, policy_locator, member_party_locator FROM group_scheme.scheme_members WHERE scheme_id = $1 ORDER BY created_at, id', [of.id])).rows;

  it('enrols employees with their dependants, each once, and leaves no name behind', async () => {
    const to = await scheme();
    const job = await over(await start(to, fileOf(25, { children: 2, prefix: 'A' })));
    expect(job).toMatchObject({ status: 'COMPLETED', total: 75, processed: 75, succeeded: 75, failedCount: 0, errors: [] });
    const rows = await members(to);
    expect(rows).toHaveLength(25);
    expect(new Set(rows.map((row) => row.policy_locator)).size).toBe(25);
    expect(rows.every((row) => row.status === 'ACTIVE')).toBe(true);
    const policy = others.policies().find((one) => one.locator === rows[0]?.policy_locator);
    expect(policy?.insured.map((one) => one.relationship)).toEqual(['SELF', 'CHILD', 'CHILD']);
    const left = await db.pool.query('SELECT 1 FROM group_scheme.bulk_enrollment_rows WHERE data IS NOT NULL');
    const told = await db.pool.query<{ text: string }>("SELECT payload::text AS text FROM group_scheme.outbox UNION ALL SELECT payload::text FROM graphile_worker._private_jobs UNION ALL SELECT errors::text FROM group_scheme.bulk_enrollment_jobs");
    expect(left.rowCount).toBe(0);
    expect(told.rows.filter(({ text }) => /Canary|First\d/.test(text))).toEqual([]);
  });

  it('tells row and column of what is wrong and enrols the others, or nobody when nobody was asked for', async () => {
    const to = await scheme();
    const content = fileOf(6, { prefix: 'B' }).replace('1985-01-03', '1985-02-30').replace('Canary4', '');
    const wrong = [{ row: 4, column: 'date_of_birth', code: 'DATE_INVALID' }, { row: 6, column: 'last_name', code: 'FIELD_MISSING' }];
    const none = await over(await start(to, content, { mode: 'ALL_OR_NOTHING' }));
    expect(none).toMatchObject({ status: 'FAILED', total: 6, succeeded: 0, failedCount: 2, errors: wrong });
    expect(await members(to)).toEqual([]);
    expect(await over(await start(to, content))).toMatchObject({ status: 'COMPLETED', total: 6, processed: 6, succeeded: 4, failedCount: 2, errors: wrong });
    const corrected = await over(await start(to, fileOf(6, { prefix: 'B' })));
    expect(corrected).toMatchObject({ succeeded: 2, failedCount: 4 });
    expect(new Set(corrected.errors.map(({ code }) => code))).toEqual(new Set(['ALREADY_MEMBER']));
    expect(await members(to)).toHaveLength(6);
  });

  it('checks and changes nothing in a dry run', async () => {
    const to = await scheme();
    const quotes = others.quotes.size;
    expect(await over(await start(to, fileOf(5, { prefix: 'C' }).replace('Canary2', '=1+1'), { isDryRun: true }))).toMatchObject({
      status: 'COMPLETED', total: 5, processed: 5, succeeded: 4, failedCount: 1, errors: [{ row: 4, column: 'last_name', code: 'TEXT_INVALID' }],
    });
    expect([await members(to), others.quotes.size]).toEqual([[], quotes]);
  });

  it('passes on what underwriting says: all or nothing binds nobody, good rows bind the others, and who is referred waits', async () => {
    const to = await scheme();
    others.frownedOn.set('Declined', 'DECLINED').set('Referred', 'REFERRED');
    const lastName = (index: number) => (index === 2 ? 'Declined' : index === 3 ? 'Referred' : `Canary${index}`);
    const policies = others.policies().length;
    const none = await over(await start(to, fileOf(5, { prefix: 'D', lastName }), { mode: 'ALL_OR_NOTHING' }));
    expect(none).toMatchObject({ status: 'FAILED', succeeded: 0, failedCount: 2, errors: [{ row: 4, code: 'QUOTE_DECLINED' }, { row: 5, code: 'QUOTE_REFERRED' }] });
    expect([others.policies().length, await members(to)]).toEqual([policies, []]);
    expect([...others.quotes.values()].filter(({ status }) => status === 'DISCARDED')).toHaveLength(3);
    expect(await over(await start(to, fileOf(5, { prefix: 'D', lastName })))).toMatchObject({ status: 'COMPLETED', succeeded: 3, failedCount: 2 });
    expect((await members(to)).map((row) => row.status).toSorted()).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', 'PENDING']);
  });

  it('binds everybody when all or nothing was asked for and nothing is wrong', async () => {
    const to = await scheme();
    expect(await over(await start(to, fileOf(30, { prefix: 'E', children: 1 }), { mode: 'ALL_OR_NOTHING' }))).toMatchObject({ status: 'COMPLETED', total: 60, processed: 60, succeeded: 60, failedCount: 0 });
    expect(await members(to)).toHaveLength(30);
  });

  it('reports a file that cannot be read once, and nothing is done', async () => {
    const to = await scheme();
    const job = await over(await start(to, Buffer.from('PK\u0003\u0004\u0000')));
    expect(job).toMatchObject({ status: 'FAILED', total: 0, processed: 0, errors: [{ row: null, column: null, code: 'ENCODING_INVALID' }] });
  });

  it('tries again what passes, and gives a family up that never does', async () => {
    const to = await scheme();
    let bad = 3;
    others.disturb = (document) => {
      if (!document.includes('createQuote') || bad === 0) return;
      bad -= 1;
      throw appError('SUBGRAPH_UNAVAILABLE', 'The service enrollment did not answer.');
    };
    expect(await over(await start(to, fileOf(4, { prefix: 'F' })))).toMatchObject({ status: 'COMPLETED', succeeded: 4, failedCount: 0 });
    bad = Number.POSITIVE_INFINITY;
    const job = await over(await start(to, fileOf(1, { prefix: 'G' })));
    others.disturb = () => {};
    expect(job).toMatchObject({ status: 'COMPLETED', succeeded: 0, errors: [{ row: 2, code: 'SUBGRAPH_UNAVAILABLE' }] });
  });

  it('is paused, goes on, and is cancelled for good', async () => {
    const to = await scheme();
    others.disturb = () => new Promise((resolve) => setTimeout(resolve, 15));
    const job = await start(to, fileOf(60, { prefix: 'H' }));
    await expect.poll(async () => (await look(job)).processed, { timeout: 20_000 }).toBeGreaterThan(0);
    expect((await step(job, 'pause')).done).toEqual({ status: 'PAUSED' });
    await expect.poll(async () => {
      const before = (await look(job)).processed;
      await new Promise((resolve) => setTimeout(resolve, 400));
      return (await look(job)).processed - before;
    }).toBe(0);
    expect((await look(job)).processed).toBeLessThan(60);
    expect((await step(job, 'resume')).done).toEqual({ status: 'RUNNING' });
    const at = (await look(job)).processed;
    await expect.poll(async () => (await look(job)).processed, { timeout: 20_000 }).toBeGreaterThan(at);
    expect((await step(job, 'cancel')).done).toEqual({ status: 'CANCELLED' });
    expect((await step(job, 'resume')).done).toEqual({ code: 'ILLEGAL_TRANSITION', message: 'The bulk enrolment is CANCELLED and cannot become RUNNING.' });
    others.disturb = () => {};
    await expect.poll(async () => (await db.pool.query("SELECT 1 FROM group_scheme.bulk_enrollment_rows WHERE status IN ('STAGED', 'QUOTED')")).rowCount, { timeout: 20_000 }).toBe(0);
    const end = await look(job);
    expect(await members(to)).toHaveLength(end.succeeded);
  });

  it('gives one job for a key, and takes only one’s own file and scheme', async () => {
    const to = await scheme();
    const employer = person(['employer'], undefined, { scheme: to.locator });
    const file = others.file(fileOf(1, { prefix: 'K' }), employer.subject);
    const input = { scheme: to.locator, file, idempotencyKey: 'one' };
    const [first, second] = await Promise.all([schemes.data(employer, START, { input }), schemes.data(employer, START, { input })]);
    expect(first.done.locator).toBe(second.done.locator);
    expect((await schemes.data(employer, START, { input: { ...input, isDryRun: true } })).done).toEqual({ code: 'IDEMPOTENCY_MISMATCH' });
    const notTheirs = others.file(fileOf(1), 'somebody else');
    expect((await schemes.ask(employer, START, { input: { ...input, file: notTheirs, idempotencyKey: 'two' } })).codes).toEqual(['NOT_FOUND']);
    expect((await schemes.ask(person(['employer'], undefined, { scheme: newLocator('sch') }), START, { input })).codes).toEqual(['NOT_FOUND']);
    await over(first.done);
  });

  it('enrols everybody exactly once, whenever its worker is killed', async () => {
    await running?.stop();
    const to = await scheme();
    const employees = scaled(2_000, 120);
    const kills = scaled(20, 2);
    others.disturb = () => new Promise((resolve) => setTimeout(resolve, 2));
    const spawnWorker = (): ChildProcess => {
      const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../testing/bulk-worker.ts')], {
        cwd: repositoryRoot(),
        env: { ...process.env, OLLY_BULK_WORKER: JSON.stringify({ url: db.url, pace: PACE }) },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child.on('message', ({ id, document, variables }: { id: number; document: string; variables: Record<string, unknown> }) => {
        others.answer(document, variables).then((answer) => child.connected && child.send({ id, answer }, () => {}), () => {});
      });
      return child;
    };
    const job = await start(to, fileOf(employees, { children: 1, prefix: 'Z' }));
    let worker = spawnWorker();
    for (let kill = 0; kill < kills; kill += 1) {
      const from = (await look(job)).processed;
      await expect.poll(async () => (await look(job)).processed, { timeout: 30_000, interval: 20 }).toBeGreaterThan(from + 10);
      worker.kill('SIGKILL');
      worker = spawnWorker();
    }
    const end = await over(job);
    worker.kill('SIGKILL');
    others.disturb = () => {};
    expect(end).toMatchObject({ status: 'COMPLETED', total: employees * 2, processed: employees * 2, succeeded: employees * 2, failedCount: 0 });
    const rows = await members(to);
    expect([rows.length, new Set(rows.map((row) => row.employee_number)).size, new Set(rows.map((row) => row.policy_locator)).size]).toEqual([employees, employees, employees]);
    const mine = new Set(rows.map((row) => row.member_party_locator));
    expect(others.policies().filter(({ insured }) => insured.some((one) => mine.has(one.partyLocator)))).toHaveLength(employees);
    const joined = await db.pool.query("SELECT 1 FROM group_scheme.outbox WHERE type = 'olly.group_scheme.scheme.member_joined.v1' AND payload->'data'->>'scheme' = $1", [to.locator]);
    expect(joined.rowCount).toBe(employees);
    await work();
  }, 60_000 + scaled(20, 2) * 15_000);
});
