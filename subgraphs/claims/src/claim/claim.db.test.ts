/** A claim's way through its commands, on a real database, with the other services played at the wire. */
import { type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { finishClaims } from '../jobs.ts';
import subgraph from '../subgraph.ts';
import {
  adjuster,
  answeredBy,
  asMember,
  asProvider,
  claimInput,
  command,
  dollars,
  finance,
  grantPolicy,
  makeWorld,
  SUBMIT,
  type World,
} from '../testing/world.ts';

let db: TestDatabase;
let world: World;
let claims: TestSubgraph;

const START = '2026-03-01T09:00:00Z';

beforeAll(async () => {
  db = await testDatabase('claims');
  claims = testSubgraph(subgraph, db, { services: answeredBy(() => world), start: START });
  claims.services.coverWaitMs = 300;
});
afterAll(() => db.close());
beforeEach(async () => {
  world = makeWorld();
  claims.clock.set(START);
  await grantPolicy(db, world);
});

const submit = async (more: object = {}, ...lines: Record<string, unknown>[]) =>
  (await claims.data(asMember(world.member), SUBMIT, { input: claimInput(world, more as never, ...lines) })).submitClaim;
const run = async (who: Parameters<TestSubgraph['data']>[0], name: string, input: object) => (await claims.data(who, command(name), { input }))[name];
const eventsOf = async (locator: string) =>
  (await db.pool.query('SELECT type, payload FROM claims.outbox WHERE key = $1 ORDER BY id', [locator])).rows.map(({ type, payload }) => ({
    type: type.split('.')[3],
    data: payload.data,
  }));
const auditOf = async (id: string) =>
  (
    await db.pool.query('SELECT event_type, from_status, to_status, reason, actor, note FROM claims.claim_events WHERE claim_id = $1 ORDER BY created_at, id', [
      id,
    ])
  ).rows;

describe('submitting a claim', () => {
  it('decides it at once: fee 200 of 250, deductible 100, 20 % of 100', async () => {
    const claim = await submit();
    expect(claim).toMatchObject({
      status: 'APPROVED',
      holdReason: null,
      claimed: { amount: '250.00' },
      allowed: { amount: '200.00' },
      planPays: { amount: '80.00' },
      memberOwes: { amount: '120.00' },
      payeeKind: 'PROVIDER',
    });
    expect(
      claim.lines[0].adjustments.map(
        (one: { group: string; reasonCode: string; amount: { amount: string } }) => `${one.group}-${one.reasonCode} ${one.amount.amount}`,
      ),
    ).toEqual(['CO-45 50.00', 'PR-1 100.00', 'PR-2 20.00']);
    expect([world.eligibility.used('DEDUCTIBLE'), world.eligibility.used('OUT_OF_POCKET')]).toEqual([100, 120]);
    expect(world.eligibility.reservations.get(claim.locator)?.state).toBe('CONFIRMED');
  });

  it('tells others locators and amounts, and who may see it', async () => {
    const claim = await submit();
    const [submitted, approved] = await eventsOf(claim.locator);
    expect([submitted?.type, approved?.type]).toEqual(['submitted', 'approved']);
    expect(approved?.data).toMatchObject({
      claim: claim.locator,
      policy: world.policy.locator,
      claimant: world.member.locator,
      account: world.account.locator,
      planPays: '80.00',
      memberOwes: '120.00',
      alreadyPaid: '0.00',
      payee: { kind: 'PROVIDER', locator: world.provider.locator },
      movements: [
        { accumulator: 'DEDUCTIBLE/IN', amount: '100.00', measure: 'DEDUCTIBLE' },
        { accumulator: 'OUT_OF_POCKET/IN', amount: '120.00', measure: 'OUT_OF_POCKET' },
      ],
      lines: [{ number: 1, claimed: '250.00', allowed: '200.00', planPays: '80.00', memberOwes: '120.00' }],
    });
    expect(approved?.data.access.map((one: { role: string; target: string }) => [one.role, one.target])).toEqual([
      ['PROVIDER', claim.locator],
      ['PROVIDER', world.member.locator],
    ]);
    expect(JSON.stringify([submitted, approved])).not.toContain('99213');
  });

  it('answers the same claim to the same key, and refuses the key with other input', async () => {
    const input = claimInput(world);
    const first = (await claims.data(asMember(world.member), SUBMIT, { input })).submitClaim;
    const second = (await claims.data(asMember(world.member), SUBMIT, { input })).submitClaim;
    expect(second).toEqual(first);
    const other = (await claims.data(asMember(world.member), SUBMIT, { input: { ...input, isAssigned: true } })).submitClaim;
    expect(other.code).toBe('IDEMPOTENCY_MISMATCH');
    expect(await eventsOf(first.locator)).toHaveLength(2);
  });

  it('makes one claim of many calls with the same key at once', async () => {
    const input = claimInput(world);
    const answers = await Promise.all(Array.from({ length: 6 }, () => claims.data(asMember(world.member), SUBMIT, { input })));
    expect(new Set(answers.map(({ submitClaim }) => submitClaim.locator)).size).toBe(1);
    expect(answers.map(({ submitClaim }) => submitClaim.status)).toEqual(Array(6).fill('APPROVED'));
    expect(world.eligibility.used('OUT_OF_POCKET')).toBe(120);
    expect((await eventsOf(answers[0].submitClaim.locator)).map((event) => event.type)).toEqual(['submitted', 'approved']);
  });

  it('takes one of two claims for the same service at once', async () => {
    const answers = await Promise.all([submit(), submit()]);
    expect(answers.map((one) => one.status ?? one.code).sort()).toEqual(['APPROVED', 'DUPLICATE_CLAIM']);
  });

  it('leaves a line that another claim asks for to nobody, and pays the others', async () => {
    await submit();
    const claim = await submit({}, {}, { serviceDate: '2026-02-21' });
    expect(claim.status).toBe('PARTIALLY_APPROVED');
    expect(claim.lines.map((line: { status: string }) => line.status)).toEqual(['DENIED', 'APPROVED']);
    expect(claim.lines[0].adjustments).toEqual([{ group: 'OA', reasonCode: '18', amount: { amount: '250.00' } }]);
  });

  it.each<[string, (w: World) => object, string, string]>([
    [
      'a policy that does not exist',
      (w) => {
        w.enrollment.exists = false;
        return {};
      },
      'NOT_COVERED',
      'policyId',
    ],
    [
      'a service before cover',
      (w) => {
        w.eligibility.reason = 'BEFORE_COVER';
        return {};
      },
      'NOT_COVERED',
      'lines[0].serviceDate',
    ],
    [
      'a provider that was not active',
      (w) => {
        w.standing.isActive = false;
        return {};
      },
      'PROVIDER_INACTIVE',
      'provider',
    ],
    [
      'a provider that does not exist',
      (w) => {
        w.standing.exists = false;
        return {};
      },
      'PROVIDER_UNKNOWN',
      'provider',
    ],
    [
      'a policy in another currency',
      (w) => {
        w.eligibility.currency = 'GBP';
        return {};
      },
      'CURRENCY_MISMATCH',
      'currency',
    ],
    [
      'an amount in another currency',
      () => ({ lines: [{ coverageTermKey: 'office_visit', serviceDate: '2026-02-20', amount: { amount: '10.00', currency: 'EUR' } }] }),
      'CURRENCY_MISMATCH',
      'lines[0].amount',
    ],
    [
      'a service in the future',
      () => ({ lines: [{ coverageTermKey: 'office_visit', serviceDate: '2026-03-02', amount: dollars('10.00') }] }),
      'SERVICE_DATE_IN_FUTURE',
      'lines[0].serviceDate',
    ],
    ['no lines', () => ({ lines: [] }), 'LINES_MISSING', 'lines'],
    [
      'nothing claimed',
      () => ({ lines: [{ coverageTermKey: 'office_visit', serviceDate: '2026-02-20', amount: dollars('0.00') }] }),
      'AMOUNT_INVALID',
      'lines[0].amount',
    ],
    [
      'an authorisation of somebody else',
      () => ({
        lines: [{ coverageTermKey: 'office_visit', serviceDate: '2026-02-20', amount: dollars('10.00'), priorAuthorisation: 'pa_00000000000000000000000000' }],
      }),
      'PRIOR_AUTHORISATION_UNKNOWN',
      'lines[0].priorAuthorisation',
    ],
    [
      'a document that is an address',
      () => ({ documents: [{ file: 'javascript:alert(1)', filename: 'x.pdf', contentType: 'application/pdf', sizeBytes: 10 }] }),
      'DOCUMENT_INVALID',
      'documents[0].file',
    ],
  ])('refuses %s and stores nothing', async (_title, make, code, field) => {
    const before = (await db.pool.query('SELECT count(*) FROM claims.claims')).rows[0].count;
    expect(await submit(make(world))).toMatchObject({ code, field });
    expect((await db.pool.query('SELECT count(*) FROM claims.claims')).rows[0].count).toBe(before);
    expect(world.eligibility.reservations.size).toBe(0);
  });

  it('does not know the patients of others', async () => {
    const { errors } = await claims.ask(asMember(world.child), SUBMIT, { input: claimInput(world) });
    expect(errors.map((one) => one.code)).toEqual(['NOT_FOUND']);
    const other = { ...world, provider: world.policy };
    expect((await claims.ask(asProvider(other as World), SUBMIT, { input: claimInput(world) })).codes).toEqual(['NOT_FOUND']);
    expect((await claims.data(asProvider(world), SUBMIT, { input: claimInput(world) })).submitClaim.status).toBe('APPROVED');
  });

  it('closes a claim of which the plan pays nothing as paid, without a payment', async () => {
    const claim = await submit({}, { amount: dollars('60.00') });
    expect(claim).toMatchObject({ status: 'PAID', planPays: { amount: '0.00' }, memberOwes: { amount: '60.00' } });
    expect((await eventsOf(claim.locator)).map((event) => event.type)).toEqual(['submitted', 'approved', 'paid']);
    expect((await run(finance, 'failClaimPayment', { claim: claim.locator, reason: 'CLOSED' })).code).toBe('ILLEGAL_TRANSITION');
  });

  it('waits for cover that is on its way, then holds, and never denies; the job decides it when cover is known', async () => {
    world.eligibility.isCoverKnown = false;
    const claim = await submit();
    expect(claim).toMatchObject({ status: 'IN_REVIEW', holdReason: 'COVER_NOT_YET_KNOWN', planPays: null });
    await finishClaims(claims.deps, { ...claims.services, coverWaitMs: 0 });
    world.eligibility.isCoverKnown = true;
    await finishClaims(claims.deps, claims.services);
    const { rows } = await db.pool.query('SELECT status, plan_pays FROM claims.claims WHERE id = $1', [claim.id]);
    expect(rows[0]).toEqual({ status: 'APPROVED', plan_pays: '80.0000' });
    expect((await eventsOf(claim.locator)).map((event) => event.type)).toEqual(['submitted', 'held', 'approved']);
  });

  it('takes cover that arrives while it waits', async () => {
    world.eligibility.isCoverKnown = false;
    setTimeout(() => {
      world.eligibility.isCoverKnown = true;
    }, 50);
    expect((await submit()).status).toBe('APPROVED');
  });

  it('recalculates a stale reservation, and holds the claim when limits keep moving', async () => {
    world.eligibility.staleTimes = 2;
    expect((await submit()).status).toBe('APPROVED');
    world.eligibility.staleTimes = 99;
    const held = await submit({}, { serviceDate: '2026-02-19' });
    expect(held).toMatchObject({ status: 'IN_REVIEW', holdReason: 'ACCUMULATORS_BUSY' });
    world.eligibility.staleTimes = 0;
    await finishClaims(claims.deps, claims.services);
    expect((await db.pool.query('SELECT status FROM claims.claims WHERE id = $1', [held.id])).rows[0].status).toBe('APPROVED');
  });

  it('decides with what is left when other claims have moved the limits in between', async () => {
    let isFirst = true;
    world.eligibility.before = (operation) => {
      if (operation !== 'reserveAccumulators' || !isFirst) return;
      isFirst = false;
      const deductible = world.eligibility.accumulators.get('DEDUCTIBLE/IN');
      deductible?.used.set('clm_rival', 50);
      if (deductible) deductible.version += 1;
    };
    expect((await submit()).lines[0].memberOwes.amount).toBe('80.00');
    expect(world.eligibility.used('DEDUCTIBLE')).toBe(100);
  });

  it('races for the last of a deductible: together many claims take exactly what was left', async () => {
    const days = Array.from({ length: 8 }, (_one, index) => `2026-02-0${index + 1}`);
    const answers = await Promise.all(days.map((serviceDate) => submit({}, { serviceDate, amount: dollars('30.00') })));
    await finishClaims(claims.deps, claims.services);
    const { rows } = await db.pool.query(
      `SELECT sum(a.amount) AS total FROM claims.claims c JOIN claims.line_adjustments a ON a.decision_id = c.decision_id AND a.reason_code = '1' WHERE c.locator = ANY($1)`,
      [answers.map((one) => one.locator)],
    );
    expect([rows[0].total, world.eligibility.used('DEDUCTIBLE')]).toEqual(['100.0000', 100]);
  });

  it('stays submitted when eligibility goes away in the middle, and is finished by the job', async () => {
    world.eligibility.before = (operation) => {
      if (operation === 'reserveAccumulators') throw new Error('away');
    };
    const claim = await submit();
    expect(claim.status).toBe('SUBMITTED');
    world.eligibility.before = () => {};
    expect(await finishClaims(claims.deps, claims.services)).toBeGreaterThanOrEqual(1);
    expect((await db.pool.query('SELECT status, settling FROM claims.claims WHERE id = $1', [claim.id])).rows[0]).toEqual({
      status: 'APPROVED',
      settling: null,
    });
  });
});

describe('a preview', () => {
  const PREVIEW = `query ($input: PreviewClaimInput!) { previewClaim(input: $input) { ... on ClaimPreview { status holdReasons allowed { amount } planPays { amount } memberOwes { amount } explanation { lines { steps { text } } } } ... on ClaimRefusal { code } } }`;
  const preview = async (...lines: Record<string, unknown>[]) => {
    const { idempotencyKey: _, ...input } = claimInput(world, {}, ...lines);
    return (await claims.data(asMember(world.member), PREVIEW, { input })).previewClaim;
  };

  it('equals the real thing and writes nothing', async () => {
    const rows = async () =>
      (await db.pool.query('SELECT (SELECT count(*) FROM claims.claims) AS claims, (SELECT count(*) FROM claims.outbox) AS events')).rows[0];
    const before = await rows();
    const { explanation, holdReasons, ...foreseen } = await preview({}, { serviceDate: '2026-02-21', amount: dollars('90.00') });
    expect(await rows()).toEqual(before);
    expect(world.eligibility.reservations.size).toBe(0);
    const { status, allowed, planPays, memberOwes } = await submit({}, {}, { serviceDate: '2026-02-21', amount: dollars('90.00') });
    expect(foreseen).toEqual({ status, allowed, planPays, memberOwes });
    expect([holdReasons, explanation.lines[0].steps.map((step: { text: string }) => step.text)]).toEqual([
      [],
      [
        '50.00 is above the fee agreed with your provider. Your provider writes this off; you do not owe it.',
        '100.00 goes to your deductible, of which 100.00 was left. You owe this.',
        'Your share is 20 % of 100.00: 20.00. You owe this.',
        'Your plan pays 80.00.',
      ],
    ]);
  });

  it('says what would hold it, and is refused as the real thing is', async () => {
    world.standing.fee = null;
    expect(await preview()).toMatchObject({ status: 'IN_REVIEW', holdReasons: ['NO_FEE_SCHEDULE'] });
    world.standing.isActive = false;
    expect(await preview()).toEqual({ code: 'PROVIDER_INACTIVE' });
  });
});

describe('what adjusters and finance do', () => {
  it('decides a held claim with what the adjuster allows', async () => {
    world.standing.fee = null;
    const held = await submit();
    expect(held).toMatchObject({ status: 'IN_REVIEW', holdReason: 'NO_FEE_SCHEDULE' });
    const decided = await run(adjuster, 'adjudicateClaim', {
      claim: held.locator,
      rulings: [{ line: 1, allowed: dollars('150.00') }],
      note: 'Agreed by telephone with Mrs Canary',
    });
    expect(decided).toMatchObject({ status: 'APPROVED', allowed: { amount: '150.00' }, planPays: { amount: '40.00' } });
    const audit = await auditOf(held.id);
    expect(audit.map((row) => [row.event_type, row.from_status, row.to_status, row.reason])).toEqual([
      ['SUBMITTED', null, 'SUBMITTED', null],
      ['HELD', 'SUBMITTED', 'IN_REVIEW', 'NO_FEE_SCHEDULE'],
      ['DECIDED', 'IN_REVIEW', 'APPROVED', null],
    ]);
    expect(JSON.stringify(audit)).not.toContain('Canary');
    const { claim } = await claims.data(adjuster, 'query ($l: ID!) { claim(locator: $l) { events { note } } }', { l: held.locator });
    expect(claim.events.at(-1).note).toBe('Agreed by telephone with Mrs Canary');
    await db.pool.query('UPDATE claims.party_keys SET key = NULL, destroyed_at = now() WHERE party_id = $1', [world.member.id]);
    const erased = await claims.data(adjuster, 'query ($l: ID!) { claim(locator: $l) { events { note } } }', { l: held.locator });
    expect(erased.claim.events.at(-1).note).toBeNull();
  });

  it('denies a line for a reason, and refuses a ruling about a line that is not there', async () => {
    world.standing.fee = null;
    const held = await submit();
    expect((await run(adjuster, 'adjudicateClaim', { claim: held.locator, rulings: [{ line: 2, denialReasonCode: '50' }] })).code).toBe('LINE_UNKNOWN');
    const denied = await run(adjuster, 'adjudicateClaim', { claim: held.locator, rulings: [{ line: 1, denialReasonCode: '50', denialGroup: 'CO' }] });
    expect([denied.status, denied.lines[0].adjustments]).toEqual(['DENIED', [{ group: 'CO', reasonCode: '50', amount: { amount: '250.00' } }]]);
    expect(world.eligibility.used('OUT_OF_POCKET')).toBe(0);
  });

  it('holds for another reason where one remains', async () => {
    world.standing.fee = null;
    world.eligibility.coverage = { type: 'MEDICAL', moratorium: { clearYears: 9 } };
    const held = await submit();
    expect(held.holdReason).toBe('MEDICAL_HISTORY_UNKNOWN');
    const again = await run(adjuster, 'adjudicateClaim', { claim: held.locator });
    expect(again).toMatchObject({ status: 'IN_REVIEW', holdReason: 'NO_FEE_SCHEDULE' });
    expect((await run(adjuster, 'adjudicateClaim', { claim: held.locator, rulings: [{ line: 1, allowed: dollars('100.00') }] })).status).toBe('PAID');
  });

  it('pays once for a reference, takes a failed payment back, and pays again', async () => {
    const { locator } = await submit();
    expect((await run(finance, 'payClaim', { claim: locator, paymentReference: 'BACS-1' })).status).toBe('PAID');
    expect((await run(finance, 'payClaim', { claim: locator, paymentReference: 'BACS-1' })).status).toBe('PAID');
    expect(await run(finance, 'payClaim', { claim: locator, paymentReference: 'BACS-2' })).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      message: 'The claim is PAID and cannot become PAID.',
    });
    expect((await run(finance, 'failClaimPayment', { claim: locator, reason: 'ACCOUNT_CLOSED' })).status).toBe('APPROVED');
    expect((await run(finance, 'payClaim', { claim: locator, paymentReference: 'BACS-2' })).status).toBe('PAID');
    expect((await eventsOf(locator)).map((event) => event.type)).toEqual(['submitted', 'approved', 'paid', 'payment_failed', 'paid']);
  });

  it('gives limits back when a payment is reversed, and lets a corrected claim take its place', async () => {
    const first = await submit();
    await run(finance, 'payClaim', { claim: first.locator, paymentReference: 'BACS-3' });
    expect((await submit({ replaces: first.locator })).code).toBe('ILLEGAL_TRANSITION');
    expect((await run(finance, 'reverseClaim', { claim: first.locator, reason: 'BILLED_IN_ERROR' })).status).toBe('REVERSED');
    expect([world.eligibility.used('DEDUCTIBLE'), world.eligibility.reservations.get(first.locator)?.state]).toEqual([0, 'REVERSED']);
    expect((await submit({ replaces: first.locator })).status).toBe('APPROVED');
    expect((await submit({ replaces: first.locator }, { serviceDate: '2026-02-18' })).code).toBe('ALREADY_REPLACED');
    expect(world.eligibility.used('DEDUCTIBLE')).toBe(100);
  });

  it('releases what a withdrawn claim had reserved, and refuses to withdraw a decided one', async () => {
    world.standing.fee = null;
    const held = await submit();
    expect((await run(asMember(world.member), 'withdrawClaim', { claim: held.locator })).status).toBe('WITHDRAWN');
    world.standing.fee = '200.00';
    const approved = await submit();
    expect(await run(asMember(world.member), 'withdrawClaim', { claim: approved.locator })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  it('is not for members', async () => {
    const { locator } = await submit();
    for (const [name, input] of [
      ['adjudicateClaim', {}],
      ['payClaim', { paymentReference: 'x' }],
      ['holdClaim', { reason: 'SUSPECTED_FRAUD' }],
      ['reverseClaim', { reason: 'x' }],
    ] as const) {
      expect((await claims.ask(asMember(world.member), command(name), { input: { claim: locator, ...input } })).codes).toEqual(['FORBIDDEN']);
    }
  });
});

describe('an appeal', () => {
  it('looks at the named lines again and leaves the others locked; only the difference is paid', async () => {
    const claim = await submit({}, {}, { serviceDate: '2026-02-21', coverageTermKey: 'massage' });
    expect(claim).toMatchObject({ status: 'PARTIALLY_APPROVED', planPays: { amount: '80.00' } });
    await run(finance, 'payClaim', { claim: claim.locator, paymentReference: 'BACS-4' });
    expect(await run(asMember(world.member), 'appealClaim', { claim: claim.locator, lines: [2], reason: 'The doctor ordered it' })).toMatchObject({
      status: 'APPEALED',
      appealLevel: 1,
    });
    world.eligibility.term = { ...world.eligibility.term, key: 'massage' };
    const decided = await run(adjuster, 'adjudicateClaim', { claim: claim.locator });
    expect(decided).toMatchObject({ status: 'APPROVED', planPays: { amount: '240.00' }, memberOwes: { amount: '160.00' } });
    expect(decided.lines[0].planPays.amount).toBe('80.00');
    expect((await eventsOf(claim.locator)).at(-1)).toMatchObject({ type: 'approved', data: { planPays: '240.00', alreadyPaid: '80.00' } });
    expect(world.eligibility.used('OUT_OF_POCKET')).toBe(160);
    expect((await db.pool.query('SELECT count(*) FROM claims.claim_decisions WHERE claim_id = $1', [claim.id])).rows[0].count).toBe('2');
  });

  it('keeps in mind what was paid before when the payment of the difference comes back', async () => {
    const claim = await submit({}, {}, { serviceDate: '2026-02-21', coverageTermKey: 'massage' });
    await run(finance, 'payClaim', { claim: claim.locator, paymentReference: 'BACS-5' });
    await run(asMember(world.member), 'appealClaim', { claim: claim.locator, lines: [2], reason: 'The doctor ordered it' });
    world.eligibility.term = { ...world.eligibility.term, key: 'massage' };
    await run(adjuster, 'adjudicateClaim', { claim: claim.locator });
    await run(finance, 'payClaim', { claim: claim.locator, paymentReference: 'BACS-6' });
    await run(finance, 'failClaimPayment', { claim: claim.locator, reason: 'ACCOUNT_CLOSED' });
    await run(finance, 'payClaim', { claim: claim.locator, paymentReference: 'BACS-7' });
    expect((await eventsOf(claim.locator)).at(-1)).toMatchObject({
      type: 'paid',
      data: { planPays: '240.00', alreadyPaid: '80.00', paymentReference: 'BACS-7' },
    });
  });

  it('has a deadline and a number of levels', async () => {
    const claim = await submit();
    const appeal = () => run(asMember(world.member), 'appealClaim', { claim: claim.locator, lines: [1], reason: 'Wrong' });
    for (const level of [1, 2]) {
      expect((await appeal()).appealLevel).toBe(level);
      expect((await run(adjuster, 'adjudicateClaim', { claim: claim.locator })).status).toBe('APPROVED');
    }
    expect((await appeal()).code).toBe('APPEAL_LEVELS_EXHAUSTED');
    const late = await submit({}, { serviceDate: '2026-02-19' });
    claims.clock.set('2026-12-01T00:00:00Z');
    expect((await run(asMember(world.member), 'appealClaim', { claim: late.locator, lines: [1], reason: 'Wrong' })).code).toBe('APPEAL_TOO_LATE');
  });

  it('leaves an appealed claim only to a decision', async () => {
    const claim = await submit();
    await run(asMember(world.member), 'appealClaim', { claim: claim.locator, lines: [1], reason: 'Wrong' });
    expect((await run(finance, 'payClaim', { claim: claim.locator, paymentReference: 'X' })).message).toBe('The claim is APPEALED and cannot become PAID.');
  });
});

describe('the audit trail', () => {
  it('refuses changes, also to the owner', async () => {
    const { id } = await submit();
    await expect(db.pool.query('UPDATE claims.claim_events SET note = NULL WHERE claim_id = $1', [id])).rejects.toThrow('permission denied');
    await expect(db.pool.query('DELETE FROM claims.claim_events WHERE claim_id = $1', [id])).rejects.toThrow('permission denied');
    const { connect } = await import('@olly/kit/postgres');
    const owner = await connect(db.ownerUrl, 'owner');
    await expect(owner.query('UPDATE claims.claim_events SET note = NULL WHERE claim_id = $1', [id])).rejects.toThrow('append-only');
    await expect(owner.query('DELETE FROM claims.claim_events WHERE claim_id = $1', [id])).rejects.toThrow('append-only');
    await owner.end();
  });
});
