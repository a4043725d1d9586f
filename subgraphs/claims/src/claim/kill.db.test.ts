/** A process is killed at every single step of submitting a claim. Running it again, by the caller or by the job, leaves exactly what an undisturbed run leaves. */
import { requestBase, type ServiceClient } from '@olly/kit/server';
import { accessMatrix, type FakeServices, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Context, createContext } from '../context.ts';
import { finishClaims } from '../jobs.ts';
import { documentsPort, eligibilityPort, enrollmentPort, policyAdminPort, providerPort } from '../ports/index.ts';
import subgraph from '../subgraph.ts';
import { Killed, Mortal } from '../testing/mortal.ts';
import { answeredBy, asMember, claimInput, grantPolicy, makeWorld, type World } from '../testing/world.ts';
import { submitClaim, type SubmitClaimInput } from './submit.ts';

let db: TestDatabase;
let claims: TestSubgraph;
let world: World;

beforeAll(async () => {
  db = await testDatabase('claims');
  claims = testSubgraph(subgraph, db, { services: answeredBy(() => world) });
});
afterAll(() => db.close());

function contextOf(mortal: Mortal | null): Context {
  const services: FakeServices = mortal ? mortal.services(world.services) : world.services;
  const client = (name: string): ServiceClient => ({
    query: async (document, variables) => (await services[name]?.(document, variables)) as never,
    close: async () => {},
  });
  const ports = {
    eligibility: eligibilityPort(client('eligibility')),
    provider: providerPort(client('provider')),
    enrollment: enrollmentPort(client('enrollment')),
    policyAdmin: policyAdminPort(client('policy_admin')),
    documents: documentsPort(client('documents')),
  };
  const pool = mortal ? mortal.pool(db.pool) : db.pool;
  const base = requestBase(subgraph, { ...claims.deps, pool, matrix: accessMatrix() }, asMember(world.member), 'test');
  return createContext(base, { ...claims.services, ports });
}

/** What is left of a submission, everywhere, without ids and moments. */
async function traces() {
  const one = async (sql: string) => (await db.pool.query(sql, [world.member.id])).rows;
  return {
    claims: await one(
      'SELECT status, claimed, allowed, plan_pays, member_owes, decisions, settling, account_locator IS NOT NULL AS has_account FROM claims.claims WHERE claimant_party_id = $1',
    ),
    lines: await one(
      'SELECT line_number, amount_allowed, amount_paid, member_owes, line_status, reason_code FROM claims.claim_lines WHERE claimant_party_id = $1 ORDER BY line_number',
    ),
    adjustments: await one(
      'SELECT a.line_number, a.sequence, group_code, reason_code, amount FROM claims.line_adjustments a JOIN claims.claims c ON c.id = a.claim_id WHERE claimant_party_id = $1 ORDER BY 1, 2',
    ),
    audit: await one(
      'SELECT event_type, from_status, to_status FROM claims.claim_events e JOIN claims.claims c ON c.id = e.claim_id WHERE claimant_party_id = $1 ORDER BY e.id',
    ),
    events: await one(`SELECT o.type FROM claims.outbox o JOIN claims.claims c ON c.locator = o.key WHERE claimant_party_id = $1 ORDER BY o.id`),
    documents: await one('SELECT filename FROM claims.claim_documents d JOIN claims.claims c ON c.id = d.claim_id WHERE claimant_party_id = $1'),
    taken: [world.eligibility.used('DEDUCTIBLE'), world.eligibility.used('OUT_OF_POCKET')],
    reservations: [...world.eligibility.reservations.values()].map((one) => one.state),
  };
}

const newInput = (): SubmitClaimInput =>
  claimInput(
    world,
    { documents: [{ file: 'fil_00000000000000000000000000', filename: 'bill.pdf', contentType: 'application/pdf', sizeBytes: 1000 }] },
    {},
    { serviceDate: '2026-02-21' },
  ) as unknown as SubmitClaimInput;

async function freshWorld(): Promise<SubmitClaimInput> {
  world = makeWorld();
  await grantPolicy(db, world);
  return newInput();
}

/** What the passing of half a minute does: the lease of the dead process runs out. */
const waitForLease = () =>
  db.pool.query(`UPDATE claims.claims SET lease_until = clock_timestamp() - interval '1 second' WHERE claimant_party_id = $1 AND lease IS NOT NULL`, [
    world.member.id,
  ]);

/** Kills at every step in turn; answers how many steps there were. */
async function killAtEveryStep(check: (input: SubmitClaimInput, step: number) => Promise<void>): Promise<number> {
  for (let step = 1; ; step += 1) {
    const input = await freshWorld();
    const death = await submitClaim(contextOf(new Mortal(step)), input).then(
      () => null,
      (error: unknown) => error,
    );
    if (death === null) return step - 1;
    expect(death).toBeInstanceOf(Killed);
    await waitForLease();
    await check(input, step);
  }
}

describe('a process that is killed while it submits a claim', () => {
  it('leaves, when the caller sends the same again, what an undisturbed run leaves, whatever the step', async () => {
    const input = await freshWorld();
    const undisturbed = await submitClaim(contextOf(null), input);
    const expected = await traces();
    expect([undisturbed.status, expected.taken, expected.reservations]).toEqual(['APPROVED', [100, 160], ['CONFIRMED']]);
    const steps = await killAtEveryStep(async (again, step) => {
      await submitClaim(contextOf(null), again);
      expect({ step, ...(await traces()) }).toEqual({ step, ...expected });
    });
    expect(steps).toBeGreaterThan(40);
  }, 180_000);

  it('leaves, when only the job comes by, either nothing at all or what an undisturbed run leaves', async () => {
    const undisturbed = await freshWorld();
    await submitClaim(contextOf(null), undisturbed);
    const expected = await traces();
    let finished = 0;
    await killAtEveryStep(async (_input, step) => {
      await finishClaims(claims.deps, claims.services);
      const found = await traces();
      if (found.claims.length === 0) expect({ step, ...found }).toMatchObject({ step, audit: [], events: [], taken: [0, 0], reservations: [] });
      else {
        finished += 1;
        expect({ step, ...found }).toEqual({ step, ...expected });
      }
    });
    expect(finished).toBeGreaterThan(15);
  }, 180_000);
});
