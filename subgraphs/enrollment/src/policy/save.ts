/** Saving a change: its transactions with their charges, the term's elements and people as they are from then on, the policy, grants and event. In the caller's transaction. */
import { replaceAccess } from '@olly/kit/auth';
import { amountOf, money, sum } from '@olly/kit/money';
import { appendToOutbox, type EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { PolicyChargeRow, PolicyElementRow, PolicyInsuredRow, PolicyRow, PolicyTransactionRow } from '../mappers.ts';
import type { ProductElement, QuotingFacts } from '../ports/policyAdmin.ts';
import { accessOf } from './access.ts';
import type { StatePerson } from './change.ts';
import { type PolicyEventKind, type PolicyTold, policyEvent } from './events.ts';
import type { PolicyNow } from './gather.ts';
import { keepLeavings } from './leaving.ts';
import { type Line, type PlannedCharge, totalsOf } from './plan.ts';
import { insertAll } from './store.ts';

/** Who acts, and where ids and the clock come from: a request, or an event that is applied. */
export type Acting = EventOrigin & { readonly identity: { readonly subject: string } };

export interface NewTransaction {
  readonly id: string;
  readonly category: PolicyTransactionRow['category'];
  readonly effectiveDate: IsoDate;
  readonly document: object;
  readonly charges: readonly PlannedCharge[];
  /** Held by underwriting: nothing is charged, and the amounts are what it would cost. */
  readonly held?: PolicyTransactionRow['status'];
  /** The transaction was held before, and its row is there. */
  readonly isThere?: boolean;
}

export const chargeRows = (charges: readonly PlannedCharge[], now: PolicyNow, from: IsoDate): Omit<PolicyChargeRow, 'id' | 'transaction_id'>[] =>
  charges.map((charge) => ({
    policy_id: now.policy.id,
    term_id: now.term.id,
    charge_key: charge.key,
    category: charge.category,
    amount: amountOf(charge.amount),
    currency: now.policy.currency,
    effective_from: from,
    effective_to: now.term.effective_to,
    element_static_id: charge.staticId,
    tax_name: charge.tax?.name ?? null,
    tax_rate: charge.tax?.rate ?? null,
  }));

/** Adds a transaction that is in force at once, or is held; answers its row. */
export async function insertTransaction(tx: PoolClient, ctx: Acting, now: PolicyNow, made: NewTransaction): Promise<PolicyTransactionRow> {
  const moment = ctx.clock.now();
  const row: PolicyTransactionRow = {
    id: made.id,
    locator: ctx.ids.locator('txn'),
    policy_id: now.policy.id,
    term_id: now.term.id,
    category: made.category,
    status: made.held ?? 'ISSUED',
    effective_date: made.effectiveDate,
    currency: now.policy.currency,
    ...totalsOf(made.charges, now.policy.currency),
    document: made.document,
    actor: ctx.identity.subject,
    issued_at: made.held ? null : moment,
  };
  if (made.isThere) return issueHeld(tx, ctx, now, row, made);
  await insertAll(tx, 'policy_transactions', [{ ...row, created_at: moment }]);
  if (made.held) return row;
  await insertAll(tx, 'policy_charges', chargeRows(made.charges, now, made.effectiveDate).map((charge) => ({ id: ctx.ids.id(), transaction_id: row.id, ...charge })));
  return row;
}

/** Puts a transaction in force that was held: its row stays, at the price of today. */
async function issueHeld(tx: PoolClient, ctx: Acting, now: PolicyNow, row: PolicyTransactionRow, { charges, effectiveDate }: NewTransaction): Promise<PolicyTransactionRow> {
  const { rows } = await tx.query<PolicyTransactionRow>(
    `UPDATE enrollment.policy_transactions SET status = 'ISSUED', premium = $2, tax = $3, fees = $4, document = $5, issued_at = $6 WHERE id = $1 RETURNING *`,
    [row.id, row.premium, row.tax, row.fees, JSON.stringify(row.document), row.issued_at],
  );
  await insertAll(tx, 'policy_charges', chargeRows(charges, now, effectiveDate).map((charge) => ({ id: ctx.ids.id(), transaction_id: row.id, ...charge })));
  return rows[0] as PolicyTransactionRow;
}

/** The policy has moved on: what was held was made from what was before. */
export async function invalidateHeld(tx: PoolClient, policyId: string): Promise<void> {
  await tx.query("UPDATE enrollment.policy_transactions SET status = 'INVALIDATED' WHERE policy_id = $1 AND status IN ('REFERRED', 'DECLINED')", [policyId]);
}

/** Makes the term's elements and people those of the lines. What was before stands in the transactions. */
export async function saveLines(tx: PoolClient, ctx: Acting, now: PolicyNow, lines: readonly Line[], document: { readonly elements: readonly ProductElement[] }): Promise<Pick<PolicyTold, 'elements' | 'insureds'>> {
  const { policy, term } = now;
  const elements: PolicyElementRow[] = now.elements.map((one) => ({ ...one }));
  for (const { staticId, type } of lines) {
    if (elements.some((one) => one.static_id === staticId)) continue;
    const coverage = document.elements.find((one) => one.type === type) as ProductElement;
    elements.push({ id: ctx.ids.id(), static_id: staticId, policy_id: policy.id, term_id: term.id, element_type: type, premium: '0', currency: policy.currency, document: coverage });
  }
  const known = new Set(now.elements.map(({ id }) => id));
  await insertAll(tx, 'policy_elements', elements.filter(({ id }) => !known.has(id)).map((one) => ({ ...one, created_at: ctx.clock.now() })));
  await tx.query('DELETE FROM enrollment.policy_insureds WHERE element_id = ANY($1::uuid[])', [elements.map(({ id }) => id)]);
  const insureds = lines.flatMap((line) =>
    line.segments.map((segment): PolicyInsuredRow => ({
      id: ctx.ids.id(),
      policy_id: policy.id,
      element_id: (elements.find((one) => one.static_id === line.staticId) as PolicyElementRow).id,
      party_id: line.partyId,
      party_locator: line.party,
      relationship: line.relationship,
      effective_from: segment.from,
      effective_to: segment.to,
      premium: amountOf(segment.price),
      currency: policy.currency,
    })),
  );
  await insertAll(tx, 'policy_insureds', insureds.map(({ currency: _, ...one }) => one));
  const updated: PolicyElementRow[] = [];
  for (const element of elements) {
    const atEnd = lines.filter((line) => line.staticId === element.static_id).flatMap(({ segments }) => segments.slice(-1));
    const premium = amountOf(sum(atEnd.filter(({ to }) => to === term.effective_to).map(({ price }) => price), policy.currency));
    await tx.query('UPDATE enrollment.policy_elements SET premium = $2 WHERE id = $1', [element.id, premium]);
    updated.push({ ...element, premium });
  }
  return { elements: updated, insureds };
}

export interface Told {
  readonly kind: PolicyEventKind;
  readonly now: PolicyNow;
  readonly policy: PolicyRow;
  readonly transaction: PolicyTransactionRow;
  readonly facts: QuotingFacts;
  readonly charges: readonly PlannedCharge[];
  readonly elements: readonly PolicyElementRow[];
  readonly insureds: readonly PolicyInsuredRow[];
  /** Everybody who is or was insured in the term. */
  readonly people: readonly StatePerson[];
  readonly cancellation?: PolicyTold['cancellation'];
}

/** Grants and event of a change. People who left keep the sight of what was theirs. */
export async function tellChange(tx: PoolClient, ctx: Context, { kind, now, policy, transaction, facts, charges, elements, insureds, people, cancellation }: Told): Promise<void> {
  const before = await tx.query<{ from: string }>("SELECT min(valid_from) AS from FROM enrollment.access WHERE source = $1 AND role = 'HOLDER'", [policy.locator]);
  const births = new Map(facts.parties.map(({ locator, dateOfBirth }) => [locator, dateOfBirth]));
  const access = accessOf({
    policy,
    account: { id: policy.account_id, locator: policy.account_locator },
    holder: { partyId: policy.holder_party_id, party: policy.holder_party_locator, birth: facts.holder.dateOfBirth },
    insured: people.map(({ partyId, party, relationship }) => ({ partyId, party, relationship, birth: births.get(party) as IsoDate })),
    broker: policy.broker,
    scheme: policy.scheme,
    from: before.rows[0]?.from ?? ctx.clock.today(),
  });
  await replaceAccess(tx, ctx.schema, policy.locator, access, policy.id);
  await invalidateHeld(tx, policy.id);
  const stillThere = new Set(insureds.filter(({ effective_to }) => effective_to === now.term.effective_to).map(({ party_locator }) => party_locator));
  await keepLeavings(tx, ctx, policy, { from: now.term.effective_from, to: now.term.effective_to }, people.filter(({ party }) => stillThere.has(party)), facts);
  const told = { policy, term: now.term, transaction, elements, insureds, access, cancellation, charges: chargeRows(charges, now, transaction.effective_date) };
  await appendToOutbox(tx, ctx, [policyEvent(kind, told, facts.version.document.billing, ctx.clock.today(facts.market.timeZone))]);
}

/** Charges of a reversal or reinstatement: those of a transaction with the other sign, to the penny. */
export const mirrored = (charges: readonly PolicyChargeRow[]): PlannedCharge[] =>
  charges.map((one) => ({
    key: one.charge_key,
    category: one.category,
    amount: { minor: -money(one.amount, one.currency).minor, currency: one.currency },
    staticId: one.element_static_id,
    tax: one.tax_rate === null ? null : { name: one.tax_name ?? '', rate: one.tax_rate },
  }));
