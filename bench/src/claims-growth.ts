/**
 * `claims_growth`: a member's page of claims with lines, adjustments and explanation, and an adjuster's queues, answered by the claims subgraph from 1,000,000 stored claims beside
 * 10,000. Members of one size, more of them: what grows is the table, and with it the queue. Turn by turn, so that a noisy moment hits both.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Identity, parseAccessMatrix, signRequest } from '@olly/kit/auth';
import { migrate } from '@olly/kit/migrate';
import { connect, createPool, installDatabase, roleUrl, startEmbedded, withDatabase } from '@olly/kit/postgres';
import { serveSubgraph } from '@olly/kit/server';
import { systemClock } from '@olly/kit/time';
import claims from '../../subgraphs/claims/src/subgraph.ts';
import { type Figure, median, round } from './figure.ts';
import { SECRET } from './gateways.ts';

const ROOT = join(import.meta.dirname, '../..');
const SMALL = 10_000;
const LARGE = 1_000_000;
const CLAIMS_A_MEMBER = 100;
const TURNS = 15;
const ASKED_A_TURN = 12;

/** The n-th id of a kind, in SQL: sorts by n, as ids sort by time. */
const id = (kind: number, n: string): string => `('0190000${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const locator = (prefix: string, n: string): string => `'${prefix}_' || lpad((${n})::text, 26, '0')`;
const member = `((n - 1) % $MEMBERS)`;
/** Of a hundred claims one waits for a person, for one of four reasons; the others are paid. */
const isHeld = 'n % 100 = 7';
const reason = `(ARRAY['NO_FEE_SCHEDULE', 'MEDICAL_HISTORY_UNKNOWN', 'DOCUMENTS_MISSING', 'PRIOR_AUTHORISATION_PENDING'])[1 + n / 100 % 4]`;
const STEPS = JSON.stringify([
  { line: 1, rule: 'ALLOWED_AMOUNT', amount: '30.00', group: 'CO', reason: '45', rest: '120.00', because: { source: 'FEE_SCHEDULE' } },
  { line: 1, rule: 'COINSURANCE', amount: '24.00', group: 'PR', reason: '2', rest: '96.00', because: { rate: '0.20', of: '120.00' } },
  { line: 1, rule: 'PLAN_PAYS', amount: '96.00', rest: '96.00' },
]);

/** What is stored, table by table: columns, and a row for each n. */
const TABLES: readonly (readonly [table: string, columns: string, row: string, where?: string])[] = [
  [
    'claims',
    'id, locator, policy_id, claimant_party_id, claimant_locator, provider_locator, status, hold_reason, incident_date, received_on, currency, claimed, allowed, plan_pays, member_owes, paid, payee_kind, decision_id, decisions, paid_at, created_at, updated_at',
    `${id(1, 'n')}, ${locator('clm', 'n')}, ${id(2, member)}, ${id(3, member)}, ${locator('pty', member)}, ${locator('prv', 'n % 500')}, CASE WHEN ${isHeld} THEN 'IN_REVIEW' ELSE 'PAID' END,
     CASE WHEN ${isHeld} THEN ${reason} END, '2024-01-01'::date + n % 700, '2024-01-10'::date + n % 700, 'USD', 150, 120, 96, 24, 96, 'PROVIDER', CASE WHEN NOT ${isHeld} THEN ${id(4, 'n')} END,
     CASE WHEN ${isHeld} THEN 0 ELSE 1 END, now(), now(), now()`,
  ],
  [
    'claim_lines',
    'id, claim_id, claimant_party_id, line_number, coverage_term_key, procedure_code, service_date, amount_claimed, amount_allowed, amount_paid, member_owes, line_status, network',
    `${id(5, 'n')}, ${id(1, 'n')}, ${id(3, member)}, 1, 'office_visit', '99213', '2024-01-01'::date + n % 700, 150, 120, 96, 24, 'APPROVED', 'IN'`,
  ],
  ['claim_decisions', 'id, claim_id, number, outcome, allowed, plan_pays, member_owes, inputs, steps, movements, decided_by, created_at', `${id(4, 'n')}, ${id(1, 'n')}, 1, 'APPROVED', 120, 96, 24, '{}', '${STEPS}', '[]', 'claims', now()`, `NOT ${isHeld}`],
  ['line_adjustments', 'id, decision_id, claim_id, line_number, sequence, group_code, reason_code, amount', `${id(6, 'n')}, ${id(4, 'n')}, ${id(1, 'n')}, 1, 1, 'CO', '45', 30`, `NOT ${isHeld}`],
  ['line_adjustments', 'id, decision_id, claim_id, line_number, sequence, group_code, reason_code, amount', `${id(7, 'n')}, ${id(4, 'n')}, ${id(1, 'n')}, 1, 2, 'PR', '2', 24`, `NOT ${isHeld}`],
];

const PAGE = `{ claims(first: 20) { nodes { locator status claimed { amount } planPays { amount } memberOwes { amount } lines { lineNumber status adjustments { group reasonCode reason amount { amount } } }
  explanation { lines { steps { text } } } } pageInfo { hasNextPage endCursor } } }`;
const QUEUE = 'query ($filter: ClaimFilter) { claims(filter: $filter, oldestFirst: true, first: 20) { nodes { locator holdReason claimed { amount } lines { lineNumber coverageTermKey } } pageInfo { hasNextPage } } }';
const QUEUES = [{ status: ['IN_REVIEW'] }, { status: ['IN_REVIEW'], holdReason: 'NO_FEE_SCHEDULE' }];
const adjuster: Identity = { subject: 'adjuster', kind: 'person', roles: ['adjuster'], scopes: [], actsFor: {} };

interface Stored {
  /** Milliseconds for the pages of so many members, and for as many looks into the queues. */
  turn(first: number): Promise<{ page: number; queue: number }>;
  stop(): Promise<void>;
}

/** Claims in a database of their own, loaded by COPY, with the subgraph before them. */
async function store(cluster: string, dir: string, size: number): Promise<Stored> {
  const database = `claims_${size}`;
  const members = size / CLAIMS_A_MEMBER;
  const admin = await connect(withDatabase(cluster, database), 'bench');
  try {
    // what refers to what is true by how the rows are made
    await admin.query('SET session_replication_role = replica');
    for (const [table, columns, row, where = 'true'] of TABLES) {
      const file = join(dir, `${table}.copy`);
      await admin.query(`COPY (SELECT ${row.replaceAll('$MEMBERS', String(members))} FROM generate_series(1, ${size}) AS n WHERE ${where}) TO '${file}'`);
      await admin.query(`COPY claims.${table} (${columns}) FROM '${file}'`);
      rmSync(file, { force: true });
    }
    await admin.query('VACUUM ANALYZE');
  } finally {
    await admin.end();
  }
  const pool = createPool({ url: withDatabase(cluster, database), name: 'bench', max: 4 });
  const running = await serveSubgraph(claims, {
    root: ROOT,
    secret: SECRET,
    pool,
    clock: systemClock,
    matrix: parseAccessMatrix(readFileSync(join(ROOT, 'docs/access.md'), 'utf8')),
    log: { info: () => {}, warn: () => {}, error: (fields: object, message?: string) => console.error(message, fields) },
    service: () => ({ query: async () => Promise.reject(new Error('nobody is asked')), close: async () => {} }),
  });
  const ask = async (identity: Identity, query: string, variables: object, isRight: (nodes: readonly unknown[]) => boolean): Promise<void> => {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(running.url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...signRequest({ secret: SECRET, subgraph: 'claims', identity, body }) } });
    const { data, errors } = (await response.json()) as { data?: { claims?: { nodes: unknown[] } }; errors?: unknown };
    if (errors || !data?.claims || !isRight(data.claims.nodes)) throw new Error(`A wrong answer: ${JSON.stringify(errors ?? data)?.slice(0, 300)}`);
  };
  const memberOf = (n: number): Identity => {
    const hex = n.toString(16).padStart(12, '0');
    return { subject: `member-${n}`, kind: 'person', roles: ['member'], scopes: [], actsFor: {}, party: { id: `01900003-0000-7000-8000-${hex}`, locator: `pty_${String(n).padStart(26, '0')}` } };
  };
  const isFull = (nodes: readonly unknown[]): boolean => nodes.length === 20;
  return {
    async turn(first) {
      const start = performance.now();
      for (let n = 0; n < ASKED_A_TURN; n += 1) await ask(memberOf((first * ASKED_A_TURN + n * 7) % members), PAGE, {}, isFull);
      const between = performance.now();
      for (let n = 0; n < ASKED_A_TURN; n += 1) await ask(adjuster, QUEUE, { filter: QUEUES[n % QUEUES.length] }, isFull);
      return { page: between - start, queue: performance.now() - between };
    },
    async stop() {
      await running.stop();
      await pool.end().catch(() => {});
    },
  };
}

export async function claimsGrowth(): Promise<Figure> {
  const dir = mkdtempSync(join(tmpdir(), 'olly-bench-'));
  chmodSync(dir, 0o777);
  const stops: (() => Promise<void>)[] = [async () => rmSync(dir, { recursive: true, force: true })];
  try {
    const server = await startEmbedded({ dir, isDurable: false });
    stops.push(async () => rmSync(dirname(server.dataDir), { recursive: true, force: true }), server.stop);
    await installDatabase(server.url, 'claims');
    await migrate({ url: roleUrl(server.url, 'claims', 'owner'), schema: 'claims', dir: join(ROOT, 'subgraphs/claims/migrations'), direction: 'up', isVerified: false });
    const admin = await connect(server.url, 'bench');
    for (const size of [SMALL, LARGE]) await admin.query(`CREATE DATABASE claims_${size} TEMPLATE claims`);
    await admin.end();
    const small = await store(server.url, dir, SMALL);
    stops.push(small.stop);
    const large = await store(server.url, dir, LARGE);
    stops.push(large.stop);
    const turns: { small: { page: number; queue: number }; large: { page: number; queue: number } }[] = [];
    for (let turn = -3; turn < TURNS; turn += 1) {
      const one = { small: await small.turn(turn + 3), large: await large.turn(turn + 3) };
      if (turn >= 0) turns.push(one);
    }
    const ratioOf = (of: 'page' | 'queue') => median(turns.map((one) => one.large[of] / one.small[of]));
    const each = (size: 'small' | 'large', of: 'page' | 'queue') => round(median(turns.map((one) => one[size][of])) / ASKED_A_TURN);
    const worst = Math.max(ratioOf('page'), ratioOf('queue'));
    const note =
      `with ${LARGE} claims stored beside ${SMALL}: a member's page of 20 claims ${each('large', 'page')} and ${each('small', 'page')} ms (${round(ratioOf('page'))} ×), an adjuster's queue of 20 ` +
      `${each('large', 'queue')} and ${each('small', 'queue')} ms (${round(ratioOf('queue'))} ×); the ratio is the worse of the two, lower is better`;
    return { figure: 'claims_growth', ours: each('large', 'page'), other: each('small', 'page'), ratio: round(worst), unit: 'ms', note };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
