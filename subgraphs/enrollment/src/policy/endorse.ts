/**
 * Endorsements. Gather the policy and the facts, read the change, plan (plan.ts), ask the rules about what would hold, save all steps in one transaction. What the rules hold is kept
 * REFERRED or DECLINED until an underwriter decides (held.ts). The preview is the same without the saving.
 */
import { Refused } from '@olly/kit/errors';
import { amountOf, type Money, sum } from '@olly/kit/money';
import { addDays, ageOn, type IsoDate } from '@olly/kit/time';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { Context } from '../context.ts';
import type { PolicyRow, PolicyTransactionRow, Relationship } from '../mappers.ts';
import type { QuotingFacts } from '../ports/policyAdmin.ts';
import { checkAnswers, type GivenAnswer } from '../quote/answers.ts';
import { checkPeople, type WantedElement } from '../quote/document.ts';
import { checkWho, isOfficer } from '../quote/who.ts';
import type { UnderwritingOutcome } from '../quote/quote.ts';
import { authorityOutcome, isAboveAuthority } from '../underwriting/authority.ts';
import { decide, flagChanges } from '../underwriting/flags.ts';
import { applyChange, type Change, checkChange, type DatedChange, stateOn, type TermState } from './change.ts';
import { baseState, changesOf, checkDay, everybody, factsOfPolicy, type PolicyNow, policyFor, readPolicy, termFacts } from './gather.ts';
import { type Plan, planEndorsement } from './plan.ts';
import { policyStatusOn, transactionMachine } from './policy.ts';
import { insertTransaction, saveLines, tellChange } from './save.ts';

export interface EndorsementInput {
  readonly locator: string;
  readonly effectiveDate: IsoDate;
  readonly addInsured?: readonly { readonly partyLocator: string; readonly relationship: Relationship; readonly elements?: readonly string[] | null }[] | null;
  readonly removeInsured?: readonly string[] | null;
  readonly addElements?: readonly WantedElement[] | null;
  readonly removeElements?: readonly string[] | null;
  readonly region?: string | null;
  readonly answers?: readonly GivenAnswer[] | null;
}

const HOLDING: ReadonlySet<string> = new Set(['BLOCK', 'DECLINE', 'REJECT']);

export interface Planned {
  readonly now: PolicyNow;
  readonly facts: QuotingFacts;
  readonly change: DatedChange;
  readonly answers: ReturnType<typeof checkAnswers>;
  readonly plan: Plan;
  readonly input: EndorsementInput;
  readonly held: Held;
}

/** A policy in force, or about to be. */
export function checkInForce({ policy }: Pick<PolicyNow, 'policy'>, today: IsoDate): void {
  const status = policyStatusOn(policy, today);
  if (policy.status === 'CANCELLED' || policy.status === 'LAPSED' || status === 'EXPIRED') {
    throw new Refused('POLICY_NOT_IN_FORCE', `The policy is ${policy.status === 'ACTIVE' ? status : policy.status}; its cover ends on ${policy.covered_to}.`);
  }
}

function changeOf(ctx: Context, input: EndorsementInput, state: TermState, facts: QuotingFacts, answers: Planned['answers']): Change {
  const { elements } = facts.version.document;
  const types = state.elements.map(({ type }) => type);
  const unknown = (type: string, field: string) => new Refused('ELEMENT_UNKNOWN', `The policy does not cover ${type.slice(0, 40)} on that day.`, field);
  const addInsured = (input.addInsured ?? []).map((one, index) => {
    const party = facts.parties.find(({ locator }) => locator === one.partyLocator);
    if (party?.type !== 'INDIVIDUAL' || !party.dateOfBirth) throw new Refused('INSURED_INVALID', 'Only a person whose date of birth is known can be insured.', `addInsured[${index}]`);
    const stranger = one.elements?.find((type) => !types.includes(type));
    if (stranger !== undefined) throw unknown(stranger, `addInsured[${index}].elements`);
    return { partyId: party.id, party: party.locator, relationship: one.relationship, elements: one.elements ?? types };
  });
  checkPeople({ insured: addInsured, elements: [] }, input.effectiveDate, facts.version.document, facts.parties);
  const people = [...state.insured.map(({ party }) => party), ...addInsured.map(({ party }) => party)].filter((party) => !input.removeInsured?.includes(party));
  const addElements = (input.addElements ?? []).map(({ type, insuredLocators }, index) => {
    if (!elements.some((one) => one.type === type)) throw new Refused('ELEMENT_UNKNOWN', `The product has no element ${type.slice(0, 40)}.`, `addElements[${index}].type`);
    if (insuredLocators?.some((party) => !people.includes(party))) throw new Refused('INSURED_INVALID', 'An element covers people of the policy.', `addElements[${index}].insuredLocators`);
    return { type, insured: insuredLocators ?? people };
  });
  return {
    addInsured,
    removeInsured: input.removeInsured ?? [],
    addElements: addElements.map((one) => ({ ...one, staticId: ctx.ids.id() })),
    removeElements: input.removeElements ?? [],
    ...(input.region != null && { region: input.region }),
    answers: Object.fromEntries(answers.map(({ key, value }) => [key, value])),
  };
}

interface Held {
  readonly outcome: UnderwritingOutcome;
  /** Codes of what holds it. */
  readonly reasons: readonly string[];
}

/** A year's premium of what would hold at the term's end. */
function annualPremium({ lines }: Plan, term: string, currency: string): Money {
  return sum(lines.flatMap(({ segments }) => segments.filter(({ to }) => to === term).map(({ price }) => price)), currency);
}

/**
 * What the rules, and a broker's authority, say of the state after the change. Everybody's change is asked about, so that it can be explained; an officer's is held by a reject alone, for they
 * are who would clear the rest.
 */
async function askRules(ctx: Context, now: PolicyNow, state: TermState, facts: QuotingFacts, plan: Plan): Promise<Held> {
  const { identity } = ctx;
  const { policy, term } = now;
  if (identity.scopes.includes('service')) return { outcome: 'UNDERWRITTEN', reasons: [] };
  const insured = state.insured.map(({ party, relationship }) => ({
    age: Math.max(0, ageOn(facts.parties.find(({ locator }) => locator === party)?.dateOfBirth as IsoDate, term.effective_from)),
    relation: relationship,
  }));
  const elements = state.elements.map(({ type }) => type);
  const channel = policy.broker ? 'BROKER' : policy.scheme ? 'SCHEME' : 'DIRECT';
  const premium = annualPremium(plan, term.effective_to, policy.currency);
  const outcomes = await ctx.policyAdmin.underwrite(policy.product_version_id, policy.id, {
    insured,
    answers: state.answers,
    region: state.region ?? '',
    premium: amountOf(premium),
    elements,
    effectiveFrom: term.effective_from,
    channel,
  });
  const isBrokers = policy.broker !== null && policy.broker === identity.actsFor.broker;
  const limit = isBrokers ? await ctx.brokerApi.authority(policy.broker as string, ctx.clock.today(facts.market.timeZone)) : null;
  const authority = isBrokers ? [authorityOutcome(isAboveAuthority(premium, facts.version.document.termMonths, limit))] : [];
  const raised = flagChanges([], [...outcomes, ...authority]).raise;
  const outcome = decide(raised.map(({ flagType, value }) => ({ flag_type: flagType, value, cleared_at: null, withdrawn_at: null })));
  const isLet = isOfficer(identity) && outcome !== 'REJECTED';
  return { outcome: isLet ? 'UNDERWRITTEN' : outcome, reasons: raised.filter(({ flagType }) => HOLDING.has(flagType)).map(({ value }) => value) };
}

/** Everything but the saving. */
export async function gatherEndorsement(ctx: Context, input: EndorsementInput, id: string = ctx.ids.id()): Promise<Planned> {
  const now = await readPolicy(ctx.pool, await policyFor(ctx, input.locator));
  const joining = (input.addInsured ?? []).map(({ partyLocator }) => partyLocator);
  const facts = await factsOfPolicy(ctx, now, joining);
  const today = ctx.clock.today(facts.market.timeZone);
  checkInForce(now, today);
  checkDay(input.effectiveDate, now, addDays(today, -facts.version.document.retroDays), isOfficer(ctx.identity));
  if (joining.length > 0) await checkWho(ctx, { ...facts, parties: facts.parties.filter(({ locator }) => joining.includes(locator)) });
  const answers = checkAnswers(facts.version.fields, input.answers ?? [], now.policy.currency);
  const { measure, base, changes } = termFacts(now, facts);
  const state = stateOn(base, changes, measure.term, input.effectiveDate);
  const change = changeOf(ctx, input, state, facts, answers);
  checkChange(state, change);
  const dated = { id, on: input.effectiveDate, change };
  const plan = planEndorsement(termFacts(now, facts), dated);
  const held = await askRules(ctx, now, applyChange(state, change), facts, plan);
  return { now, facts, input, change: dated, answers, plan, held };
}

/** Locks the policy; it must still be as it was gathered. */
export async function lockPolicy(tx: PoolClient, { policy }: PolicyNow): Promise<void> {
  const { rows } = await tx.query<PolicyRow>('SELECT version, status FROM enrollment.policies WHERE id = $1 FOR UPDATE', [policy.id]);
  if (rows[0]?.version !== policy.version) throw new Refused('CONFLICT', 'The policy was changed meanwhile; read it again.');
}

/** What a held endorsement keeps, so that it can be made later. */
export interface HeldDocument {
  readonly change: Change;
  readonly input: EndorsementInput;
  readonly held: readonly string[];
}

/** Keeps an endorsement that underwriting holds: nothing of the policy changes, and its amounts are what it would cost. */
async function saveHeld(tx: PoolClient, ctx: Context, { now, input, change, plan, held }: Planned): Promise<string> {
  const document: HeldDocument = { change: change.change, input, held: held.reasons };
  const status = transactionMachine.next('PRICED', 'underwrite', held.outcome);
  const row = await insertTransaction(tx, ctx, now, { id: change.id, category: 'ENDORSEMENT', effectiveDate: input.effectiveDate, document, charges: plan.charges, held: status });
  return row.id;
}

/** Saves an endorsement in force; `approval` says who cleared one that was held. */
export async function saveEndorsement(tx: PoolClient, ctx: Context, { now, facts, change, answers, plan }: Planned, approval?: object): Promise<string> {
  let made: PolicyTransactionRow | undefined;
  for (const step of plan.steps) {
    if (step.kind === 'REVERSAL') {
      const reversed = now.transactions.find(({ id }) => id === step.of) as PolicyTransactionRow;
      await tx.query("UPDATE enrollment.policy_transactions SET status = 'REVERSED' WHERE id = $1", [step.of]);
      await insertTransaction(tx, ctx, now, { id: ctx.ids.id(), category: 'REVERSAL', effectiveDate: reversed.effective_date, document: { reverses: reversed.locator }, charges: step.charges });
      continue;
    }
    const reapplied = now.transactions.find(({ id }) => id === step.reapplies);
    const document = { change: step.change.change, ...(reapplied && { reapplies: reapplied.locator }), ...(!reapplied && approval) };
    const row = await insertTransaction(tx, ctx, now, { id: reapplied ? ctx.ids.id() : change.id, category: 'ENDORSEMENT', effectiveDate: step.change.on, document, charges: step.charges, isThere: !reapplied && approval !== undefined });
    if (!reapplied) made = row;
  }
  const saved = await saveLines(tx, ctx, now, plan.lines, facts.version.document);
  for (const { fieldDefId, key, value } of answers) {
    await tx.query('INSERT INTO enrollment.transaction_field_values (id, transaction_id, field_def_id, field_key, value) VALUES ($1, $2, $3, $4, $5)', [ctx.ids.id(), change.id, fieldDefId, key, JSON.stringify(value)]);
    await tx.query(
      `INSERT INTO enrollment.policy_field_values (id, policy_id, field_def_id, field_key, value) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (policy_id, field_def_id) DO UPDATE SET value = EXCLUDED.value`,
      [ctx.ids.id(), now.policy.id, fieldDefId, key, JSON.stringify(value)],
    );
  }
  const term = { from: now.term.effective_from, to: now.term.effective_to };
  const { region } = stateOn(baseState(now), [...changesOf(now), change], term, term.to);
  const { rows } = await tx.query<PolicyRow>('UPDATE enrollment.policies SET version = version + 1, region = $2, updated_at = $3 WHERE id = $1 RETURNING *', [now.policy.id, region, ctx.clock.now()]);
  const transactionRow = made as PolicyTransactionRow;
  await tellChange(tx, ctx, { kind: 'endorsed', now, policy: rows[0] as PolicyRow, transaction: transactionRow, facts, charges: plan.charges, ...saved, people: everybody(now, change.change.addInsured) });
  return transactionRow.id;
}

export const findTransaction = async (ctx: Context, id: string): Promise<PolicyTransactionRow> =>
  (await ctx.pool.query<PolicyTransactionRow>('SELECT * FROM enrollment.policy_transactions WHERE id = $1', [id])).rows[0] as PolicyTransactionRow;

/** What a key has answered before; the policy has moved on since, so that gathering anew could refuse what was done. */
export async function answeredBefore(ctx: Context, command: string, idempotencyKey: string): Promise<boolean> {
  const scope = `${command}:${ctx.identity.subject}`;
  return ((await ctx.pool.query('SELECT 1 FROM enrollment.idempotency_keys WHERE scope = $1 AND key = $2', [scope, idempotencyKey])).rowCount ?? 0) > 0;
}

/** Runs the saving once for a key, on the locked policy. */
export async function saveOnce(ctx: Context, command: string, { key, body }: { key: string; body: unknown }, gather: () => Promise<{ now: PolicyNow; save(tx: PoolClient): Promise<string> }>): Promise<PolicyTransactionRow> {
  const gathered = (await answeredBefore(ctx, command, key)) ? null : await gather();
  const id = await transaction(ctx.pool, (tx) =>
    once(tx, { schema: ctx.schema, scope: `${command}:${ctx.identity.subject}`, key, body }, async () => {
      if (!gathered) throw new Refused('CONFLICT', 'The same call is under way; ask again.');
      await lockPolicy(tx, gathered.now);
      return gathered.save(tx);
    }),
  );
  return findTransaction(ctx, id);
}

export async function endorsePolicy(ctx: Context, { change, idempotencyKey }: { change: EndorsementInput; idempotencyKey: string }): Promise<PolicyTransactionRow> {
  return saveOnce(ctx, 'endorsePolicy', { key: idempotencyKey, body: change }, async () => {
    const planned = await gatherEndorsement(ctx, change);
    const isHeld = planned.held.outcome !== 'UNDERWRITTEN';
    return { now: planned.now, save: (tx) => (isHeld ? saveHeld(tx, ctx, planned) : saveEndorsement(tx, ctx, planned)) };
  });
}
