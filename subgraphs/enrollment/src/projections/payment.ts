/**
 * What unpaid premium does to a policy, as billing tells it: grace begins and ends, and a lapse ends the latest term on the day to which premium was paid. A lapse gives back what is
 * unearned from that day on, as a pro-rata cancellation would, and is told to others as one. Applied again it changes nothing: its transaction's id follows from the event.
 * All that it needs stands in the policy's own rows, so that nothing is asked over the network.
 */
import type { AccessEntry } from '@olly/kit/auth';
import { derivedId } from '@olly/kit/locator';
import { money } from '@olly/kit/money';
import { appendToOutbox, type CloudEvent, type EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import { earlier, later } from '@olly/kit/time';
import { z } from 'zod';
import type { PolicyElementRow, PolicyRow } from '../mappers.ts';
import { type PolicyChanged, policyEvent } from '../policy/events.ts';
import { type BaseDocument, chargedIn, type PolicyNow, readPolicy } from '../policy/gather.ts';
import { endLines, type Line } from '../policy/plan.ts';
import { termMachine, termStatusOn } from '../policy/policy.ts';
import { type Acting, chargeRows, insertTransaction, invalidateHeld, saveLines } from '../policy/save.ts';
import { insertPolicyEvent } from '../policy/store.ts';

const TYPE = /^olly\.billing\.policy\.(grace_started|grace_ended|lapsed)\.v1$/;
const told = z.object({ policyId: z.uuid(), paidTo: z.iso.date() });

/** The lines as they were saved: each person's rows under an element, with their full-term prices. */
function linesOfRows({ insureds, elements }: PolicyNow): Line[] {
  const lines = new Map<string, Line & { segments: Line['segments'][number][] }>();
  for (const row of insureds) {
    const element = elements.find(({ id }) => id === row.element_id) as PolicyElementRow;
    const key = `${element.static_id}:${row.party_locator}`;
    const person = { partyId: row.party_id, party: row.party_locator, relationship: row.relationship };
    const line = lines.get(key) ?? { ...person, staticId: element.static_id, type: element.element_type, segments: [] };
    line.segments.push({ from: row.effective_from, to: row.effective_to, price: money(row.premium, row.currency) });
    lines.set(key, line);
  }
  return [...lines.values()];
}

async function grantsOf(tx: PoolClient, { locator }: PolicyRow): Promise<AccessEntry[]> {
  const { rows } = await tx.query<AccessEntry>(
    `SELECT party_locator AS party, party_id AS "partyId", target, target_id AS "targetId", role, valid_from AS "from", valid_to AS "to" FROM enrollment.access WHERE source = $1 ORDER BY id`,
    [locator],
  );
  return rows;
}

async function lapse(tx: PoolClient, acting: Acting, policy: PolicyRow, paidTo: string, id: string): Promise<void> {
  const now = await readPolicy(tx, policy);
  const { term, transactions } = now;
  const today = acting.clock.today();
  const day = earlier(later(paidTo, term.effective_from), term.effective_to);
  if (!termMachine.can(termStatusOn(term, today), 'lapse')) return;
  const base = transactions.find(({ category }) => category === 'ISSUANCE' || category === 'RENEWAL')?.document as BaseDocument;
  const measure = { term: { from: term.effective_from, to: term.effective_to }, basis: term.proration_basis };
  const facts = { measure, currency: policy.currency, charged: chargedIn(now, 'PREMIUM'), taxes: base.pricing.taxes.map(({ name, rate }) => ({ name, rate })) };
  const plan = endLines(linesOfRows(now), facts, { kind: 'PRO_RATA', on: day, shortRate: '0', fees: chargedIn(now, 'FEE') });
  const made = await insertTransaction(tx, acting, now, { id, category: 'CANCELLATION', effectiveDate: day, document: { lapse: { paidTo } }, charges: plan.charges });
  await invalidateHeld(tx, policy.id);
  const saved = await saveLines(tx, acting, now, plan.lines, { elements: [] });
  await tx.query("UPDATE enrollment.policy_terms SET status = 'LAPSED', ended_on = $2 WHERE id = $1", [term.id, day]);
  const { rows } = await tx.query<PolicyRow>("UPDATE enrollment.policies SET status = 'LAPSED', covered_to = $2, version = version + 1, updated_at = $3 WHERE id = $1 RETURNING *", [policy.id, day, acting.clock.now()]);
  await insertPolicyEvent(tx, acting, { policyId: policy.id, command: 'lapse', from: policy.status, to: 'LAPSED', actor: acting.identity.subject });
  const charges = chargeRows(plan.charges, now, day);
  const { billing } = policy.document as { billing: PolicyChanged['billing'] };
  const whole = { policy: rows[0] as PolicyRow, term, transaction: made, ...saved, charges, access: await grantsOf(tx, policy), cancellation: { kind: 'PRO_RATA' as const } };
  await appendToOutbox(tx, acting, [policyEvent('cancelled', whole, billing, today)]);
}

async function grace(tx: PoolClient, acting: Acting, policy: PolicyRow, to: 'IN_GRACE' | 'ACTIVE'): Promise<void> {
  if (policy.status === to || (policy.status !== 'ACTIVE' && policy.status !== 'IN_GRACE')) return;
  await tx.query('UPDATE enrollment.policies SET status = $2, version = version + 1, updated_at = $3 WHERE id = $1', [policy.id, to, acting.clock.now()]);
  await insertPolicyEvent(tx, acting, { policyId: policy.id, command: to === 'IN_GRACE' ? 'start grace' : 'end grace', from: policy.status, to, actor: acting.identity.subject });
}

async function apply(tx: PoolClient, event: CloudEvent, origin: EventOrigin): Promise<void> {
  const kind = TYPE.exec(event.type)?.[1];
  if (!kind) return;
  const { policyId, paidTo } = told.parse(event.data);
  const policy = (await tx.query<PolicyRow>('SELECT * FROM enrollment.policies WHERE id = $1 FOR UPDATE', [policyId])).rows[0];
  if (!policy) throw new Error('billing tells of a policy that does not exist');
  const acting: Acting = { ...origin, identity: { subject: 'billing' } };
  if (kind !== 'lapsed') return grace(tx, acting, policy, kind === 'grace_started' ? 'IN_GRACE' : 'ACTIVE');
  const id = derivedId(event.id, 'lapse');
  const isKnown = (await tx.query('SELECT 1 FROM enrollment.policy_transactions WHERE id = $1', [id])).rowCount === 1;
  if (!isKnown && (policy.status === 'ACTIVE' || policy.status === 'IN_GRACE')) await lapse(tx, acting, policy, paidTo, id);
}

export const paymentProjection = (origin: EventOrigin): Projection => ({ group: 'enrollment.payment', topics: ['billing.policy'], apply: (tx, event) => apply(tx, event, origin) });
