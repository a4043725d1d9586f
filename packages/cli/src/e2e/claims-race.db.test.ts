/**
 * 200 claims of one family at once, through the real commands of claims with the real eligibility behind them, each a server of its own: no limit is passed, every sum
 * is exact, nobody is stuck. In the end accumulators are made again from nothing but the movements in claims' events, and are the same.
 */
import { signRequest } from '@olly/kit/auth';
import { derivedId, newId, newLocator, randomIds } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { type RunningSubgraph, type ServiceClient, serveSubgraph, serviceClient, type SubgraphDeps } from '@olly/kit/server';
import { accessMatrix, person, repositoryRoot, scale, seed, type TestDatabase, testDatabase } from '@olly/kit/testing';
import { addDays, manualClock } from '@olly/kit/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import claims from '../../../../subgraphs/claims/src/subgraph.ts';
import eligibility from '../../../../subgraphs/eligibility/src/subgraph.ts';

const CLAIMS = 200;
/** A round is some 15 seconds of two cores: by default one, in full fifty. */
const ROUNDS = scale < 1 ? 1 : Math.round(50 * scale);
const SECRET = 'a secret of the race that is long enough to sign with';
const admin = person(['admin']);
const provider = newLocator('prv');
const clock = manualClock('2026-11-20T09:00:00Z');
const log = { info: () => {}, warn: () => {}, error: () => {} };

let databases: { claims: TestDatabase; eligibility: TestDatabase };
let running: RunningSubgraph[] = [];
let claimsUrl: string;
let deps: SubgraphDeps;

/** The directory and enrollment do not race: they answer as they would. */
const quiet: Readonly<Record<string, (variables: Record<string, unknown>) => unknown>> = {
  provider: ({ input }) => ({
    providersForClaim: (input as { currency: string }[]).map(({ currency }) => ({
      exists: true, providerId: derivedId('01900000-0000-7000-8000-000000000000', provider), isActive: true, isInNetwork: true, network: 'STANDARD', fee: { amount: '1000.00', currency },
    })),
  }),
  enrollment: () => ({ policyForClaim: { exists: true, accountId: null, account: null, status: 'ACTIVE' } }),
};

beforeAll(async () => {
  databases = { claims: await testDatabase('claims'), eligibility: await testDatabase('eligibility') };
  // 200 callers stand in line for ten connections; how long is the machine's affair, not this test's
  for (const { pool } of Object.values(databases)) pool.options.connectionTimeoutMillis = 300_000;
  const common = { root: repositoryRoot(), secret: SECRET, matrix: accessMatrix(), clock, log };
  const nobody = (name: string): never => {
    throw new Error(`eligibility asks ${name}`);
  };
  const covers = await serveSubgraph(eligibility, { ...common, pool: databases.eligibility.pool, service: nobody });
  const service = (to: string): ServiceClient =>
    to === 'eligibility'
      ? serviceClient({ from: 'claims', to, url: covers.url, secret: SECRET, timeoutMs: 60_000 })
      : { query: async (_document, variables) => quiet[to]?.(variables) as never, close: async () => {} };
  deps = { pool: databases.claims.pool, clock, ids: randomIds, log, service };
  const decides = await serveSubgraph(claims, { ...common, pool: databases.claims.pool, service });
  claimsUrl = decides.url;
  running = [decides, covers];
});
afterAll(async () => {
  for (const one of running) await one.stop();
  await Promise.all(Object.values(databases).map((db) => db.close()));
});

/** A small generator of chance, so that a seed plays the same charges again. */
function chance(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A policy of four, with an embedded deductible of 1,500 and 3,000 and a maximum of 2,000 and 5,000 at 20 %, as enrollment tells of it. */
async function issuePolicy(members: readonly string[]): Promise<string> {
  const policyId = newId();
  const term = { id: newId(), locator: newLocator('trm'), number: 1, from: '2026-01-01', to: '2027-01-01', prorationBasis: 'DAY' };
  const coverage = {
    type: 'MEDICAL',
    name: 'Medical',
    deductible: { kind: 'EMBEDDED', period: 'CALENDAR_YEAR', in: { person: '1500.00', family: '3000.00' } },
    outOfPocket: { period: 'CALENDAR_YEAR', in: { person: '2000.00', family: '5000.00' } },
    cross: 'NONE',
    coverageTerms: [{ key: 'office_visit', name: 'Office visit', waitingMonths: 0, in: { steps: [{ step: 'DEDUCTIBLE' }, { step: 'COINSURANCE', rate: '0.20' }] } }],
  };
  const event: CloudEvent = {
    specversion: '1.0',
    id: newId(),
    source: '/olly/enrollment',
    type: 'olly.enrollment.policy.issued.v1',
    subject: newLocator('pol'),
    time: '2026-01-01T09:00:00.000Z',
    datacontenttype: 'application/json',
    data: {
      policyId,
      policy: newLocator('pol'),
      productCode: 'US-RACE',
      currency: 'USD',
      status: 'ACTIVE',
      term,
      transaction: { id: newId(), locator: newLocator('txn'), category: 'ISSUANCE', effectiveDate: term.from },
      elements: [{ id: newId(), staticId: newId(), type: 'MEDICAL', coverage, insured: members.map((partyId) => ({ partyId, party: newLocator('pty'), from: term.from, to: term.to })) }],
    },
  };
  const services = eligibility.services({ ...deps, pool: databases.eligibility.pool });
  for (const projection of eligibility.projections?.(services, deps) ?? []) await transaction(databases.eligibility.pool, (tx) => projection.apply(tx, event));
  return policyId;
}

const SUBMIT = 'mutation ($input: SubmitClaimInput!) { submitClaim(input: $input) { __typename ... on ClaimRefusal { code message } } }';

async function command(query: string, input: object): Promise<unknown> {
  const body = JSON.stringify({ query, variables: { input } });
  const headers = { 'content-type': 'application/json', ...signRequest({ secret: SECRET, subgraph: 'claims', identity: admin, body }) };
  return (await fetch(claimsUrl, { method: 'POST', headers, body })).json();
}

async function submit(policyId: string, claimantPartyId: string, index: number, cents: number): Promise<void> {
  const line = { coverageTermKey: 'office_visit', procedureCode: '99213', serviceDate: addDays('2026-01-02', index), amount: { amount: (cents / 100).toFixed(2), currency: 'USD' } };
  const input = { idempotencyKey: `${policyId}-${index}`, policyId, claimantPartyId, provider, currency: 'USD', lines: [line] };
  expect(await command(SUBMIT, input)).toEqual({ data: { submitClaim: { __typename: 'Claim' } } });
}

/** Pays some of the claims and takes the payments back: what they had used is free again. */
async function reverseSome(policyId: string): Promise<void> {
  const { rows } = await databases.claims.pool.query<{ locator: string }>(`SELECT locator FROM claims.claims WHERE policy_id = $1 AND status IN ('APPROVED', 'PARTIALLY_APPROVED') ORDER BY id LIMIT 5`, [policyId]);
  expect(rows).toHaveLength(5);
  for (const { locator } of rows) {
    for (const [name, more] of [['payClaim', { paymentReference: 'RACE' }], ['reverseClaim', { reason: 'RACE' }]] as const) {
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const answer = await command(`mutation ($input: ${type}!) { done: ${name}(input: $input) { __typename } }`, { claim: locator, ...more });
      expect(answer).toEqual({ data: { done: { __typename: 'Claim' } } });
    }
  }
}

/** What was left in the middle, because others kept moving the same limits, is taken up by the job until nothing is. */
async function finish(policyId: string): Promise<void> {
  const services = claims.services(deps);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { rows } = await databases.claims.pool.query(`SELECT 1 FROM claims.claims WHERE policy_id = $1 AND (status IN ('SUBMITTED', 'IN_REVIEW') OR settling IS NOT NULL)`, [policyId]);
    if (rows.length === 0) return;
    await claims.jobs?.(services, deps).tasks.finish_claims?.({}, {} as never);
  }
  throw new Error('claims are stuck');
}

const minor = (text: string): bigint => BigInt(Math.round(Number(text) * 100));

it(`lets ${CLAIMS} claims of a family race through both services: no limit is passed, every sum is exact, nobody is stuck`, { timeout: 3_600_000 }, async () => {
  const random = chance(seed);
  for (let round = 0; round < ROUNDS; round += 1) {
    const family = Array.from({ length: 4 }, newId);
    const policyId = await issuePolicy(family);
    await Promise.all(Array.from({ length: CLAIMS }, (_claim, index) => submit(policyId, family[index % 4] as string, index, 1_000 + Math.floor(random() * 20_000))));
    await finish(policyId);

    const { rows: accumulators } = await databases.eligibility.pool.query<{ key: string; type: string; level: string; limit_amount: string; consumed_amount: string; reserved_amount: string }>(
      'SELECT key, accumulator_type AS type, level, limit_amount, consumed_amount, reserved_amount FROM eligibility.coverage_accumulators WHERE policy_id = $1 AND consumed_amount > 0 ORDER BY key',
      [policyId],
    );
    for (const { consumed_amount, limit_amount, reserved_amount } of accumulators) {
      expect(Number(consumed_amount)).toBeLessThanOrEqual(Number(limit_amount));
      expect(reserved_amount).toBe('0.0000');
    }
    const used = (type: string, level: string) => accumulators.filter((one) => one.type === type && one.level === level).reduce((sum, one) => sum + minor(one.consumed_amount), 0n);
    // what members bear is what both levels have counted; the family's limits were far exceeded by what was charged, and are full to the penny
    const { rows: shares } = await databases.claims.pool.query<{ reason_code: string; borne: string }>(
      `SELECT a.reason_code, sum(a.amount) AS borne FROM claims.line_adjustments a JOIN claims.claims c ON c.decision_id = a.decision_id WHERE c.policy_id = $1 GROUP BY 1`,
      [policyId],
    );
    const borne = (code: string) => minor(shares.find((one) => one.reason_code === code)?.borne ?? '0');
    for (const level of ['PERSON', 'FAMILY']) {
      expect(used('DEDUCTIBLE', level)).toBe(borne('1'));
      expect(used('OUT_OF_POCKET', level)).toBe(borne('1') + borne('2'));
    }
    expect([used('DEDUCTIBLE', 'FAMILY'), used('OUT_OF_POCKET', 'FAMILY')]).toEqual([300_000n, 500_000n]);
    await compareWithEvents(policyId);
    await reverseSome(policyId);
    await compareWithEvents(policyId);
  }
});

/** Accumulators made again from claims' events alone: the last word of each claim, whose movements are all of it, and nothing of one that was reversed. */
async function compareWithEvents(policyId: string): Promise<void> {
  const { rows: accumulators } = await databases.eligibility.pool.query('SELECT key, consumed_amount FROM eligibility.coverage_accumulators WHERE policy_id = $1 AND consumed_amount > 0 ORDER BY key', [policyId]);
  const { rows: moved } = await databases.claims.pool.query<{ key: string; consumed_amount: string }>(
    `WITH word AS (
       SELECT DISTINCT ON (o.key) o.type, o.payload->'data'->'movements' AS movements FROM claims.outbox o JOIN claims.claims c ON c.locator = o.key
       WHERE c.policy_id = $1 AND o.type ~ '[.](approved|partially_approved|denied|reversed)[.]' ORDER BY o.key, o.id DESC)
     SELECT m->>'accumulator' AS key, sum((m->>'amount')::numeric(19,4)) AS consumed_amount FROM word, jsonb_array_elements(movements) AS m WHERE type !~ 'reversed' GROUP BY 1 ORDER BY 1`,
    [policyId],
  );
  expect(moved).toEqual(accumulators);
}
