/** What adjusters work through: queues by reason, holds by rules and by an unpaid premium, batches, and claims whose cover was changed behind their back. */
import { installJobs } from '@olly/kit/jobs';
import { newId, newLocator } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { roleName, transaction } from '@olly/kit/postgres';
import { person, scaled, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workBatch } from '../batch/work.ts';
import { jobContext } from '../context.ts';
import { finishClaims } from '../jobs.ts';
import { projections } from '../projections/index.ts';
import subgraph from '../subgraph.ts';
import { adjuster, answeredBy, asMember, CLAIM, claimInput, command, dollars, grantPolicy, key, makeWorld, SUBMIT, type World } from '../testing/world.ts';

let db: TestDatabase;
let claims: TestSubgraph;
let world: World;
const admin = person(['admin']);

beforeAll(async () => {
  db = await testDatabase('claims');
  await installJobs(db.ownerUrl, roleName('claims', 'service'));
  claims = testSubgraph(subgraph, db, { services: answeredBy(() => world) });
});
beforeEach(async () => {
  world = makeWorld();
  await grantPolicy(db, world);
});
afterAll(() => db.close());

const submit = async (more: Record<string, unknown> = {}, ...lines: Record<string, unknown>[]) =>
  (await claims.data(asMember(world.member), SUBMIT, { input: claimInput(world, more, ...lines) })).submitClaim;
const adjudicate = async (claim: string) => (await claims.data(adjuster, command('adjudicateClaim'), { input: { claim } })).adjudicateClaim;
const read = async (locator: string) => (await claims.data(adjuster, `query ($l: ID!) { claim(locator: $l) { ${CLAIM.replace('... on Claim {', '').replace(/\}$/, '')} } }`, { l: locator })).claim;

async function hear(topic: string, type: string, data: Record<string, unknown>): Promise<CloudEvent> {
  const event: CloudEvent = { specversion: '1.0', id: newId(), source: '/olly', type, subject: newLocator('pol'), time: '2026-03-01T09:00:00.000Z', datacontenttype: 'application/json', data };
  await again(topic, event);
  return event;
}
async function again(topic: string, event: CloudEvent): Promise<void> {
  for (const one of projections.filter((candidate) => candidate.topics.includes(topic))) await transaction(db.pool, (tx) => one.apply(tx, event));
}

describe('queues', () => {
  it('tell how many claims wait for each reason and since when, and list the oldest first', async () => {
    world.standing.fee = null;
    const first = await submit();
    const second = await submit({}, { serviceDate: '2026-02-21' });
    const { claimQueues } = await claims.data(adjuster, '{ claimQueues { reason count oldestReceivedOn } }');
    expect(claimQueues.find((one: { reason: string }) => one.reason === 'NO_FEE_SCHEDULE')).toMatchObject({ count: 2, oldestReceivedOn: '2026-03-01' });
    const filter = { holdReason: 'NO_FEE_SCHEDULE', policyId: world.policy.id };
    const { claims: queue } = await claims.data(adjuster, 'query ($filter: ClaimFilter) { claims(filter: $filter, oldestFirst: true) { nodes { locator } } }', { filter });
    expect(queue.nodes.map((one: { locator: string }) => one.locator)).toEqual([first.locator, second.locator]);
    expect((await claims.ask(asMember(world.member), '{ claimQueues { count } }')).codes).toEqual(['FORBIDDEN']);
  });
});

describe('a premium in grace', () => {
  it('holds claims of the days after the first month, until it is paid', async () => {
    const grace = { policyId: world.policy.id, dueDate: '2026-01-10', graceUntil: '2026-04-10' };
    await hear('billing.policy', 'olly.billing.policy.grace_started.v1', grace);
    expect(await submit({}, { serviceDate: '2026-02-09' })).toMatchObject({ status: 'APPROVED' });
    const held = await submit({}, { serviceDate: '2026-02-10' });
    expect(held).toMatchObject({ status: 'IN_REVIEW', holdReason: 'PREMIUM_IN_GRACE' });
    await finishClaims(claims.deps, claims.services);
    expect((await read(held.locator)).status).toBe('IN_REVIEW');
    await hear('billing.policy', 'olly.billing.policy.grace_ended.v1', grace);
    await finishClaims(claims.deps, claims.services);
    expect((await read(held.locator)).status).toBe('APPROVED');
  });
});

describe('the product’s adjudication rules', () => {
  const version = (rules: World['rules']) => {
    (world.enrollment as { productVersionId: string | null }).productVersionId = newId();
    world.rules.push(...rules);
  };

  it('deny the lines that they name, with their reason', async () => {
    version([{ rule: 'cosmetic', matched: true, action: { deny: '96', group: 'CO' } }, { rule: 'other', matched: false, action: null }]);
    const claim = await submit();
    expect(claim).toMatchObject({ status: 'DENIED', lines: [{ adjustments: [{ group: 'CO', reasonCode: '96', amount: { amount: '250.00' } }] }] });
  });

  it.each([[{ hold: true }], [{ flag: 'block', value: 'RULE_FAILED' }], [{ something: 'nobody knows' }]])('hold the claim for %o until an adjuster releases it', async (action) => {
    version([{ rule: 'look', matched: true, action }]);
    const claim = await submit();
    expect(claim).toMatchObject({ status: 'IN_REVIEW', holdReason: 'PRODUCT_RULE' });
    expect(await adjudicate(claim.locator)).toMatchObject({ status: 'APPROVED' });
  });

  it('that only inform change nothing', async () => {
    version([{ rule: 'note', matched: true, action: { flag: 'info', value: 'NOTED' } }]);
    expect(await submit()).toMatchObject({ status: 'APPROVED' });
  });
});

describe('a market’s rules', () => {
  const rules = { market: 'NZ', filingDays: 5, appealLevels: 0, appealDays: 10, standardHours: 24, expeditedHours: 2, extensionHours: 1 };
  const SAVE = 'mutation ($input: SaveClaimRulesInput!) { saveClaimRules(input: $input) { ... on ClaimRules { market filingDays graceHeldAfterMonths } ... on ClaimRefusal { code field } } }';

  it('decide about filing, appeals and clocks from when they are saved', async () => {
    (world.enrollment as { market: string | null }).market = 'NZ';
    expect((await submit({}, { serviceDate: '2026-02-20' })).status).toBe('APPROVED');
    expect((await claims.data(admin, SAVE, { input: rules })).saveClaimRules).toEqual({ market: 'NZ', filingDays: 5, graceHeldAfterMonths: null });
    const late = await submit({}, { serviceDate: '2026-02-23' });
    expect(late.lines[0].adjustments).toMatchObject([{ group: 'CO', reasonCode: '29' }]);
    const appeal = await claims.data(asMember(world.member), command('appealClaim'), { input: { claim: late.locator, lines: [1], reason: 'It was sent in time.' } });
    expect(appeal.appealClaim.code).toBe('APPEAL_LEVELS_EXHAUSTED');
    const input = { idempotencyKey: key(), policyId: world.policy.id, memberPartyId: world.member.id, provider: world.provider.locator, procedureCode: '70551', coverageTermKey: 'imaging', from: '2026-03-02', to: '2026-04-01' };
    const { submitPriorAuthorisation: asked } = await claims.data(adjuster, 'mutation ($input: SubmitPriorAuthorisationInput!) { submitPriorAuthorisation(input: $input) { ... on PriorAuthorisation { dueAt } } }', { input });
    expect(new Date(asked.dueAt).toISOString()).toBe('2026-03-02T09:00:00.000Z');
  });

  it('are refused when they make no sense', async () => {
    expect((await claims.data(admin, SAVE, { input: { ...rules, filingDays: 0 } })).saveClaimRules).toEqual({ code: 'RULES_INVALID', field: 'filingDays' });
  });
});

describe('documents', () => {
  const file = { ownerPartyLocator: null, uploadedBy: 'somebody else', filename: 'letter.pdf', contentType: 'application/pdf', sizeBytes: 4_321 };
  const DOCUMENTS = 'query ($l: ID!) { claim(locator: $l) { documents { filename contentType sizeBytes } } }';

  it('are what the documents service says they are, and another’s file is as one that is not there', async () => {
    const [own, theirs, absent] = [newLocator('fil'), newLocator('fil'), newLocator('fil')];
    world.files.set(own, { ...file, uploadedBy: asMember(world.member).subject });
    world.files.set(theirs, file);
    const refusals = [await submit({ documents: [{ file: theirs }] }), await submit({ documents: [{ file: absent }] })];
    expect(refusals[0]).toMatchObject({ code: 'DOCUMENT_INVALID', field: 'documents[0].file' });
    expect(refusals[1]).toEqual(refusals[0]);
    expect(await submit({ documents: [{ file: own, contentType: 'image/png' }] })).toMatchObject({ code: 'DOCUMENT_INVALID' });
    const { locator } = await submit({ documents: [{ file: own }] });
    expect((await claims.data(asMember(world.member), DOCUMENTS, { l: locator })).claim.documents).toEqual([{ filename: 'letter.pdf', contentType: 'application/pdf', sizeBytes: 4_321 }]);
  });
});

describe('imported reason codes', () => {
  it('are shown instead of our own words', async () => {
    const input = { source: 'A licensed list, 2026-03', codes: [{ code: '2', text: 'Coinsurance amount, as licensed' }] };
    const IMPORT = 'mutation ($input: ImportReasonCodesInput!) { importReasonCodes(input: $input) { ... on ImportedReasonCodes { known } ... on ClaimRefusal { code field } } }';
    expect((await claims.data(admin, IMPORT, { input })).importReasonCodes).toEqual({ known: 1 });
    const { locator } = await submit();
    const { claim } = await claims.data(asMember(world.member), 'query ($l: ID!) { claim(locator: $l) { lines { adjustments { reasonCode reason } } } }', { l: locator });
    const shown = Object.fromEntries(claim.lines[0].adjustments.map((one: { reasonCode: string; reason: string }) => [one.reasonCode, one.reason]));
    expect(shown).toMatchObject({ '1': 'Your deductible', '2': 'Coinsurance amount, as licensed' });
    await db.pool.query('DELETE FROM claims.reason_codes');
    expect((await claims.data(admin, IMPORT, { input: { ...input, codes: [{ code: 'x', text: 'no' }] } })).importReasonCodes).toEqual({ code: 'REASON_CODE_INVALID', field: 'codes[0].code' });
  });
});

describe('a change of a policy that reaches back', () => {
  const event = (insured: readonly { partyId: string; from: string; to: string }[], category = 'ENDORSEMENT') => ({
    policyId: world.policy.id,
    term: { from: '2026-01-01', to: '2027-01-01' },
    transaction: { category, effectiveDate: '2026-02-01' },
    elements: [{ coverage: { deductible: { in: { person: '100.00' } }, outOfPocket: { in: { person: '1000.00' } }, coverageTerms: [world.eligibility.term] }, insured }],
  });
  const REVIEWS = '{ claimReviews(first: 50) { nodes { id reason lineNumbers effectiveOn claim { locator status planPays { amount } } } } }';
  const TYPE = 'olly.enrollment.policy.endorsed.v1';
  const listed = async () => (await claims.data(adjuster, REVIEWS)).claimReviews.nodes.filter((one: { claim: { locator: string } | null }) => one.claim !== null);

  it('lists the claims that it touches, once, re-opens none, and forgets them when somebody has looked', async () => {
    const claim = await submit();
    await hear('enrollment.policy', TYPE, event([{ partyId: world.member.id, from: '2026-01-01', to: '2027-01-01' }]));
    expect((await listed()).filter((one: { claim: { locator: string } }) => one.claim.locator === claim.locator)).toEqual([]);
    const taken = await hear('enrollment.policy', TYPE, event([{ partyId: world.member.id, from: '2026-01-01', to: '2026-02-01' }]));
    await again('enrollment.policy', taken);
    const rows = (await listed()).filter((one: { claim: { locator: string } }) => one.claim.locator === claim.locator);
    expect(rows).toMatchObject([{ reason: 'COVER_LOST', lineNumbers: [1], effectiveOn: '2026-02-01', claim: { status: claim.status, planPays: claim.planPays } }]);
    const SETTLE = 'mutation ($input: SettleClaimReviewInput!) { settleClaimReview(input: $input) { ... on ClaimReview { settledAt } ... on ClaimRefusal { code } } }';
    expect((await claims.data(adjuster, SETTLE, { input: { review: rows[0].id } })).settleClaimReview.settledAt).toMatch(/^\d{4}-\d{2}-\d{2}T/);
    expect((await claims.data(adjuster, SETTLE, { input: { review: rows[0].id } })).settleClaimReview.code).toBe('REVIEW_SETTLED');
    expect((await listed()).map((one: { id: string }) => one.id)).not.toContain(rows[0].id);
  });
});

describe('a batch', () => {
  const START = 'mutation ($input: StartClaimBatchInput!) { startClaimBatch(input: $input) { ... on ClaimBatch { locator status total done } ... on ClaimRefusal { code } } }';
  const PROGRESS = 'query ($l: ID!) { claimBatch(locator: $l) { status total done decided held failed finishedAt } }';

  it(`decides ${scaled(10_000)} held claims again, tells how far it has come, and goes on after a crash`, { timeout: 1_800_000 }, async () => {
    await db.pool.query(`UPDATE claims.claims SET hold_reason = 'DOCUMENTS_MISSING' WHERE hold_reason = 'NO_FEE_SCHEDULE'`);
    world.standing.fee = null;
    const count = scaled(10_000, 60);
    const one = await submit({}, { serviceDate: '2025-06-01', amount: dollars('10.00') });
    // the others are copies of the one that a command has made: another day or amount each, so that none is another's duplicate
    const { rows: made } = await db.pool.query<{ id: string }>('SELECT id FROM claims.claims WHERE locator = $1', [one.locator]);
    await db.pool.query(
      `WITH copies AS (
         INSERT INTO claims.claims (id, locator, policy_id, claimant_party_id, provider_id, provider_locator, status, hold_reason, incident_date, received_on, currency, claimed, created_at, updated_at)
         SELECT ('01a00000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'clm_' || lpad(n::text, 26, '0'), policy_id, claimant_party_id, provider_id, provider_locator, status, hold_reason,
           '2025-06-01'::date + n % 250, received_on, currency, 10 + n / 250, created_at, updated_at FROM claims.claims, generate_series(1, $2::int) AS n WHERE id = $1 RETURNING id, claimant_party_id, incident_date, claimed)
       INSERT INTO claims.claim_lines (id, claim_id, claimant_party_id, line_number, coverage_term_key, procedure_code, service_date, amount_claimed)
       SELECT gen_random_uuid(), id, claimant_party_id, 1, 'office_visit', '99213', incident_date, claimed FROM copies`,
      [made[0]?.id, count - 1],
    );
    world.standing.fee = '5.00';
    const input = { idempotencyKey: key(), holdReason: 'NO_FEE_SCHEDULE' };
    const { startClaimBatch: batch } = await claims.data(adjuster, START, { input });
    expect(batch).toMatchObject({ status: 'RUNNING', total: count, done: 0 });
    expect((await claims.data(adjuster, START, { input })).startClaimBatch.locator).toBe(batch.locator);
    const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM claims.claim_batches WHERE locator = $1', [batch.locator]);
    // the first worker dies after some claims
    let left = Math.floor(count / 2);
    const dying = () => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return jobContext(claims.deps, claims.services);
    };
    await expect(workBatch(dying, rows[0]?.id as string)).rejects.toThrow('killed');
    const midway = (await claims.data(adjuster, PROGRESS, { l: batch.locator })).claimBatch;
    expect(midway.status).toBe('RUNNING');
    expect(midway.done).toBeLessThan(count);
    await workBatch(() => jobContext(claims.deps, claims.services), rows[0]?.id as string);
    expect((await claims.data(adjuster, PROGRESS, { l: batch.locator })).claimBatch).toMatchObject({ status: 'DONE', total: count, done: count, decided: count, held: 0, failed: 0 });
  });
});
