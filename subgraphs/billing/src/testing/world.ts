/** Accounts, policies and claims as their owners would tell of them, for tests: events are applied as the projection would, each in a transaction. */
import { newId, newLocator } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { person, type TestDatabase, type TestSubgraph } from '@olly/kit/testing';
import { tasksOf } from '../jobs.ts';
import { projections } from '../projections/index.ts';

export const finance = person(['finance']);

let keys = 0;
export const key = (): string => {
  keys += 1;
  return `key-${keys}`;
};

export interface Party {
  readonly id: string;
  readonly locator: string;
}
export const newParty = (): Party => ({ id: newId(), locator: newLocator('pty') });

export interface ChargeGiven {
  readonly key?: string;
  readonly category: 'PREMIUM' | 'TAX' | 'FEE';
  readonly amount: string;
  readonly from?: string;
  readonly to?: string;
}

export interface PolicyGiven {
  readonly account?: Party;
  readonly holder?: Party;
  readonly billingLevel?: 'ACCOUNT' | 'POLICY';
  readonly installments?: number;
  readonly from?: string;
  readonly to?: string;
  readonly basis?: 'DAY' | 'MONTH';
  readonly charges?: readonly ChargeGiven[];
  readonly broker?: string;
}

/** Wraps data as an event of another service. */
function eventOf(type: string, subject: string, data: Record<string, unknown>, time: string): CloudEvent {
  return { specversion: '1.0', id: newId(), source: `/olly/${type.split('.')[1]}`, type, subject, time, datacontenttype: 'application/json', data };
}

/** Applies events to every projection that would get them, as often as told. */
export async function apply(db: TestDatabase, event: CloudEvent, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) for (const projection of projections) await transaction(db.pool, (tx) => projection.apply(tx, event));
}

export type PolicyKind = 'issued' | 'endorsed' | 'renewed' | 'cancelled' | 'reinstated';

/** A policy of which events can be told. */
export function policyOf(given: PolicyGiven = {}) {
  const account = given.account ?? { id: newId(), locator: newLocator('acc') };
  const holder = given.holder ?? newParty();
  const policy = { id: newId(), locator: newLocator('pol') };
  const [from, to] = [given.from ?? '2026-01-01', given.to ?? '2027-01-01'];
  const term = { id: newId(), locator: newLocator('trm'), number: 1, from, to, prorationBasis: given.basis ?? 'DAY' };
  const grant = (party: Party, role: string, target: Party) => ({ party: party.locator, partyId: party.id, target: target.locator, targetId: target.id, role, from: '2000-01-01', to: null });
  const access = [
    grant(holder, 'HOLDER', policy),
    ...(given.broker ? [grant({ id: newId(), locator: given.broker }, 'BROKER', policy), grant({ id: newId(), locator: given.broker }, 'BROKER', account)] : []),
  ];
  const charged = (kind: PolicyKind, charges: readonly ChargeGiven[], more: { effectiveDate?: string; time?: string; cancellation?: string } = {}) => {
    const effectiveDate = more.effectiveDate ?? from;
    return eventOf(
      `olly.enrollment.policy.${kind}.v1`,
      policy.locator,
      {
        policyId: policy.id,
        policy: policy.locator,
        accountId: account.id,
        account: account.locator,
        billingLevel: given.billingLevel ?? 'ACCOUNT',
        productCode: 'UK_HEALTH',
        lob: 'INDIVIDUAL_HEALTH',
        market: 'UK',
        currency: 'GBP',
        status: 'ACTIVE',
        holder: { partyId: holder.id, party: holder.locator },
        term,
        transaction: { id: newId(), locator: newLocator('txn'), category: 'ISSUANCE', effectiveDate },
        ...(more.cancellation && { cancellation: { kind: more.cancellation, shortRate: '0.10' } }),
        charges: charges.map((charge, index) => ({ key: `c${index}`, from: effectiveDate, to, ...charge })),
        billing: { installments: given.installments ?? 1, graceDays: 30 },
        access,
      },
      more.time ?? `${effectiveDate}T08:00:00Z`,
    );
  };
  const opened = () =>
    eventOf(
      'olly.policy_admin.account.opened.v1',
      account.locator,
      { accountId: account.id, account: account.locator, billingLevel: given.billingLevel ?? 'ACCOUNT', currency: 'GBP', holder: { partyId: holder.id, party: holder.locator }, access: [grant(holder, 'HOLDER', account)] },
      '2025-12-31T08:00:00Z',
    );
  const issued = () => charged('issued', given.charges ?? [{ category: 'PREMIUM', amount: '100.00' }, { category: 'TAX', amount: '20.00' }]);
  /** Opens the account and issues the policy. */
  const issue = async (db: TestDatabase) => {
    await apply(db, opened());
    await apply(db, issued());
  };
  return { account, holder, policy, term, charged, opened, issued, issue };
}

/** A claim of which events can be told. */
export function claimOf(policy: ReturnType<typeof policyOf>, claimant: Party = policy.holder) {
  const claim = { id: newId(), locator: newLocator('clm') };
  const told = (kind: 'submitted' | 'approved' | 'partially_approved' | 'denied' | 'paid' | 'payment_failed' | 'reversed', planPays = '500.00', time = '2026-03-01T10:00:00Z') =>
    eventOf(
      `olly.claims.claim.${kind}.v1`,
      claim.locator,
      {
        claimId: claim.id,
        claim: claim.locator,
        policyId: policy.policy.id,
        policy: policy.policy.locator,
        claimantPartyId: claimant.id,
        claimant: claimant.locator,
        accountId: policy.account.id,
        account: policy.account.locator,
        termId: policy.term.id,
        currency: 'GBP',
        claimed: '800.00',
        planPays,
        memberOwes: '300.00',
        payee: { kind: 'PROVIDER', locator: newLocator('prv') },
        movements: [],
        lines: [],
      },
      time,
    );
  return { claim, told };
}

/** Runs jobs, in their order. */
export async function run(subgraph: TestSubgraph, ...names: (keyof ReturnType<typeof tasksOf>)[]): Promise<void> {
  const tasks = tasksOf(subgraph.services, subgraph.deps);
  for (const name of names) await tasks[name]();
}

/** What each ledger account holds, debits less credits, zero ones left out. */
export async function ledger(db: TestDatabase, accountId?: string): Promise<Record<string, string>> {
  const { rows } = await db.pool.query<{ account: string; sum: string }>(
    `SELECT ledger_account AS account, trim_scale(sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END))::numeric(19,2)::text AS sum FROM billing.ledger_entries
     WHERE $1::uuid IS NULL OR account_id = $1 GROUP BY 1 HAVING sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) <> 0 ORDER BY 1`,
    [accountId ?? null],
  );
  return Object.fromEntries(rows.map((row) => [row.account, row.sum]));
}

export const PAY = `mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) {
  ... on Payment { id locator status reference failureReason amount { amount } allocations { amount { amount } installment { number status } } } ... on BillingRefusal { code message field } } }`;

/** Takes a payment as finance, in cash unless told. */
export async function pay(subgraph: TestSubgraph, account: Party, amount: string, more: Record<string, unknown> = {}, who = finance) {
  const input = { account: account.locator, amount: { amount, currency: 'GBP' }, method: 'CASH', idempotencyKey: key(), ...more };
  return (await subgraph.data(who, PAY, { input })).recordPayment;
}
