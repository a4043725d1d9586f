/**
 * Renewal: the next term, from the version of the product in force on its first day, at the ages of that day. Elements keep their own identity; children who are too old by then leave.
 * The renewal job and people come through the same command; a term is opened once, by the policy's lock and by the unique first day of a term.
 */
import { serviceIdentity } from '@olly/kit/auth';
import { Refused } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import type { RequestBase } from '@olly/kit/server';
import { addDays, addMonths, ageOn, type IsoDate } from '@olly/kit/time';
import { type Context, createContext, type Services } from '../context.ts';
import type { PolicyRow, PolicyTermRow, PolicyTransactionRow } from '../mappers.ts';
import { notAvailable, type QuotingFacts } from '../ports/policyAdmin.ts';
import { type PriceBreakdown, price } from '../pricing/rating.ts';
import { type Answer, checkAnswers, checkRequired } from '../quote/answers.ts';
import { factsOf } from '../quote/commands.ts';
import { applyChange, stateOn, type TermState } from './change.ts';
import { checkInForce, saveOnce } from './endorse.ts';
import { baseState, changesOf, type PolicyNow, policyFor, readPolicy } from './gather.ts';
import { linesOf, type PlannedCharge } from './plan.ts';
import { insertTransaction, saveLines, tellChange } from './save.ts';
import { findPolicy, insertAll, insertPolicyEvent } from './store.ts';

interface Planned {
  readonly now: PolicyNow;
  readonly facts: QuotingFacts;
  readonly state: TermState;
  readonly answers: readonly Answer[];
  readonly pricing: PriceBreakdown;
  readonly from: IsoDate;
  readonly to: IsoDate;
}

/** Who and what goes on: elements that the version still has, and everybody but children who have come of the product's age. */
function stateOf(ended: TermState, { version, parties }: QuotingFacts, from: IsoDate): TermState {
  const { elements, dependantAgeMax } = version.document;
  const birth = new Map(parties.map(({ locator, dateOfBirth }) => [locator, dateOfBirth as IsoDate]));
  const tooOld = ended.insured.filter(({ party, relationship }) => relationship === 'CHILD' && dependantAgeMax !== undefined && ageOn(birth.get(party) as IsoDate, from) >= dependantAgeMax);
  const gone = ended.elements.filter(({ type }) => !elements.some((one) => one.type === type)).map(({ type }) => type);
  const state = applyChange(ended, { addInsured: [], removeInsured: tooOld.map(({ party }) => party), addElements: [], removeElements: gone, answers: {} });
  if (state.elements.length === 0) throw new Refused('INSURED_INVALID', 'Nobody would be insured in the next term.');
  return state;
}

function checkDue({ policy, term }: PolicyNow, { version, market }: QuotingFacts, ctx: Context): void {
  const today = ctx.clock.today(market.timeZone);
  checkInForce({ policy }, today);
  if (!policy.is_renewed) throw new Refused('DO_NOT_RENEW', `The policy is not to be renewed; it ends on ${policy.covered_to}.`);
  const first = addDays(term.effective_to, -version.document.renewal.leadDays);
  if (today < first) throw new Refused('RENEWAL_TOO_EARLY', `The policy can be renewed from ${first} on.`);
}

/** Everything but the saving. */
export async function gatherRenewal(ctx: Context, policy: PolicyRow): Promise<Planned> {
  const now = await readPolicy(ctx.pool, policy);
  const { term } = now;
  const from = term.effective_to;
  const ended = stateOn(baseState(now), changesOf(now), { from: term.effective_from, to: from }, from);
  const versionId = await ctx.policyAdmin.versionOn(policy.product_code, from);
  if (!versionId) throw notAvailable();
  const facts = await factsOf(ctx, { product_version_id: versionId, account_locator: policy.account_locator }, ended.insured.map(({ party }) => party));
  checkDue(now, facts, ctx);
  const { document: terms, fields } = facts.version;
  const state = stateOf(ended, facts, from);
  const asked = new Set(fields.filter(({ appliesTo }) => appliesTo === 'QUOTE').map(({ fieldKey }) => fieldKey));
  const answers = checkAnswers(fields, Object.entries(state.answers).flatMap(([key, value]) => (asked.has(key) ? [{ key, value }] : [])), terms.currency);
  checkRequired(fields, answers);
  const people = facts.parties.map(({ locator, dateOfBirth }) => ({ party: locator, birth: dateOfBirth as IsoDate }));
  const pricing = price({ terms, elements: state.elements, people, region: state.region, answers: state.answers, from, taxes: facts.market.taxes });
  return { now, facts, state, answers, pricing, from, to: addMonths(from, terms.termMonths) };
}

function chargesOf({ pricing, state }: Planned): PlannedCharge[] {
  const { currency } = pricing;
  const staticId = (type: string) => state.elements.find((one) => one.type === type)?.staticId as string;
  const charges: PlannedCharge[] = [
    ...pricing.lines.map((line) => ({ key: `premium:${staticId(line.elementType)}:${line.party}`, category: 'PREMIUM' as const, amount: money(line.premium, currency), staticId: staticId(line.elementType), tax: null })),
    ...pricing.taxes.map((one, index) => ({ key: `tax:${index}`, category: 'TAX' as const, amount: money(one.amount, currency), staticId: null, tax: { name: one.name, rate: one.rate } })),
    ...pricing.fees.map((one, index) => ({ key: `fee:${index}`, category: 'FEE' as const, amount: money(one.amount, currency), staticId: null, tax: null })),
  ];
  return charges.filter(({ amount }) => amount.minor !== 0n);
}

async function saveRenewal(tx: PoolClient, ctx: Context, planned: Planned): Promise<string> {
  const { now, facts, state, answers, pricing, from, to } = planned;
  const { document: terms } = facts.version;
  const settings = { billing: terms.billing, renewal: terms.renewal, cancellation: terms.cancellation, retroDays: terms.retroDays };
  const term: PolicyTermRow = {
    id: ctx.ids.id(),
    locator: ctx.ids.locator('trm'),
    policy_id: now.policy.id,
    term_number: now.term.term_number + 1,
    effective_from: from,
    effective_to: to,
    ended_on: null,
    status: 'ACTIVE',
    proration_basis: terms.prorationBasis,
  };
  await insertAll(tx, 'policy_terms', [{ ...term, created_at: ctx.clock.now() }]);
  const { rows } = await tx.query<PolicyRow>(
    'UPDATE enrollment.policies SET covered_to = $2, product_version_id = $3, document = document || $5, version = version + 1, updated_at = $4 WHERE id = $1 RETURNING *',
    [now.policy.id, to, facts.version.id, ctx.clock.now(), JSON.stringify(settings)],
  );
  const next: PolicyNow = { policy: rows[0] as PolicyRow, term, transactions: [], charges: [], elements: [], insureds: [], answers: state.answers };
  const charges = chargesOf(planned);
  const document = { insured: state.insured, elements: state.elements, region: state.region, pricing };
  const made: PolicyTransactionRow = await insertTransaction(tx, ctx, next, { id: ctx.ids.id(), category: 'RENEWAL', effectiveDate: from, document, charges });
  await insertAll(tx, 'transaction_field_values', answers.map((one) => ({ id: ctx.ids.id(), transaction_id: made.id, field_def_id: one.fieldDefId, field_key: one.key, value: one.value })));
  const lines = linesOf({ measure: { term: { from, to }, basis: term.proration_basis }, currency: pricing.currency, base: state, rate: () => pricing.lines }, []);
  const saved = await saveLines(tx, ctx, next, lines, terms);
  await tellChange(tx, ctx, { kind: 'renewed', now: next, policy: next.policy, transaction: made, facts, charges, ...saved, people: state.insured });
  return made.id;
}

export async function renewPolicy(ctx: Context, { locator, idempotencyKey }: { locator: string; idempotencyKey: string }): Promise<PolicyTransactionRow> {
  return saveOnce(ctx, 'renewPolicy', { key: idempotencyKey, body: { locator } }, async () => {
    const planned = await gatherRenewal(ctx, await policyFor(ctx, locator));
    return { now: planned.now, save: (tx) => saveRenewal(tx, ctx, planned) };
  });
}

/** Whether it is to be renewed. Saying the same again changes nothing. */
export async function setRenewal(ctx: Context, { locator, isRenewed }: { locator: string; isRenewed: boolean }): Promise<PolicyRow> {
  const policy = await policyFor(ctx, locator);
  return transaction(ctx.pool, async (tx) => {
    const changed = await tx.query('UPDATE enrollment.policies SET is_renewed = $2, version = version + 1, updated_at = $3 WHERE id = $1 AND is_renewed <> $2', [policy.id, isRenewed, ctx.clock.now()]);
    const command = isRenewed ? 'renew at end of term' : 'do not renew';
    if (changed.rowCount === 1) await insertPolicyEvent(tx, ctx, { policyId: policy.id, command, from: policy.status, to: policy.status, actor: ctx.identity.subject });
    return (await findPolicy(tx, policy.id)) as PolicyRow;
  });
}

const LEAD_DAYS_MAX = 120;
const BATCH = 500;

/**
 * Renews what is due, on the system's behalf; answers how many. What is refused (no version on sale, an answer missing, too early for its product) stays for people to see to, and for the
 * next run. The key is the term's, so a job that runs twice renews once.
 */
export async function renewDue(base: Omit<RequestBase, 'identity' | 'ability' | 'requestId'>, services: Services): Promise<number> {
  const everything = { sees: () => true, seesFully: () => true, where: () => ({}) };
  const context = (): Context => createContext({ ...base, identity: serviceIdentity('enrollment'), requestId: 'renewal', ability: async () => everything }, services);
  const today = base.clock.today();
  const { rows } = await base.pool.query<{ locator: string; covered_to: string }>(
    "SELECT locator, covered_to FROM enrollment.policies WHERE status = 'ACTIVE' AND is_renewed AND (document->'renewal'->>'auto')::boolean AND $1::date < covered_to AND covered_to <= $2::date ORDER BY covered_to, id LIMIT $3",
    [today, addDays(today, LEAD_DAYS_MAX), BATCH],
  );
  let renewed = 0;
  let failure: unknown;
  for (const { locator, covered_to } of rows) {
    try {
      await renewPolicy(context(), { locator, idempotencyKey: `${locator}:${covered_to}` });
      renewed += 1;
    } catch (error) {
      if (!(error instanceof Refused)) failure = error;
      else if (error.refusal.code !== 'RENEWAL_TOO_EARLY') base.log.warn({ policy: locator, code: error.refusal.code }, 'a policy was not renewed');
    }
  }
  // One that fails holds up no other; the job is tried again for it.
  if (failure !== undefined) throw failure;
  return renewed;
}
