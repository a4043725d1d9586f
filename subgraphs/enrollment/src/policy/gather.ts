/** Everything that a change of a policy is decided from: the policy and its latest term as they are, and what policy_admin says of product and people. */
import { hasRole } from '@olly/kit/auth';
import { notFound, Refused } from '@olly/kit/errors';
import { type Money, money, sum } from '@olly/kit/money';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { PolicyChargeRow, PolicyElementRow, PolicyInsuredRow, PolicyRow, PolicyTermRow, PolicyTransactionRow } from '../mappers.ts';
import type { QuotingFacts } from '../ports/policyAdmin.ts';
import { type PriceBreakdown, price } from '../pricing/rating.ts';
import { factsOf } from '../quote/commands.ts';
import type { QuoteDocument } from '../quote/document.ts';
import { isOfficer } from '../quote/who.ts';
import type { Change, DatedChange, StatePerson, TermState } from './change.ts';
import type { TermFacts } from './plan.ts';

/** What a term's first transaction keeps. */
export interface BaseDocument extends QuoteDocument {
  readonly region: string | null;
  readonly pricing: PriceBreakdown;
}

export interface PolicyNow {
  readonly policy: PolicyRow;
  /** The latest. */
  readonly term: PolicyTermRow;
  /** Of that term, oldest first. */
  readonly transactions: readonly PolicyTransactionRow[];
  readonly charges: readonly PolicyChargeRow[];
  readonly elements: readonly PolicyElementRow[];
  readonly insureds: readonly PolicyInsuredRow[];
  /** Answers that the term began with. */
  readonly answers: Readonly<Record<string, unknown>>;
}

/** The policy, if the caller may change it: its holder, their account's holder, its broker, or an officer. An insured partner sees it, but does not change it. */
export async function policyFor(ctx: Context, locator: string): Promise<PolicyRow> {
  const policy = (await ctx.pool.query<PolicyRow>('SELECT * FROM enrollment.policies WHERE locator = $1', [locator])).rows[0];
  if (!policy || !(await ctx.ability()).sees('policies', policy)) throw notFound('The policy');
  const { identity } = ctx;
  const isBroker = policy.broker !== null && policy.broker === identity.actsFor.broker && hasRole(identity, 'broker');
  if (!isOfficer(identity) && !isBroker && policy.holder_party_id !== identity.party?.id) throw notFound('The policy');
  return policy;
}

/** Reads the latest term with all that belongs to it. */
export async function readPolicy(db: Pool | PoolClient, policy: PolicyRow): Promise<PolicyNow> {
  const rows = async <R extends object>(text: string, value: string): Promise<R[]> => (await db.query<R>(text, [value])).rows;
  const term = (await rows<PolicyTermRow>('SELECT * FROM enrollment.policy_terms WHERE policy_id = $1 ORDER BY term_number DESC LIMIT 1', policy.id))[0] as PolicyTermRow;
  const transactions = await rows<PolicyTransactionRow>('SELECT * FROM enrollment.policy_transactions WHERE term_id = $1 ORDER BY id', term.id);
  const charges = await rows<PolicyChargeRow>('SELECT * FROM enrollment.policy_charges WHERE term_id = $1 ORDER BY id', term.id);
  const elements = await rows<PolicyElementRow>('SELECT * FROM enrollment.policy_elements WHERE term_id = $1 ORDER BY id', term.id);
  const insureds = await rows<PolicyInsuredRow>(
    `SELECT insured.*, element.currency FROM enrollment.policy_insureds AS insured JOIN enrollment.policy_elements AS element ON element.id = insured.element_id
     WHERE element.term_id = $1 ORDER BY insured.element_id, insured.effective_from, insured.id`,
    term.id,
  );
  const base = baseOf(transactions);
  const answers = await rows<{ field_key: string; value: unknown }>('SELECT field_key, value FROM enrollment.transaction_field_values WHERE transaction_id = $1', base.id);
  return { policy, term, transactions, charges, elements, insureds, answers: Object.fromEntries(answers.map((one) => [one.field_key, one.value])) };
}

const baseOf = (transactions: readonly PolicyTransactionRow[]): PolicyTransactionRow =>
  transactions.find(({ category }) => category === 'ISSUANCE' || category === 'RENEWAL') as PolicyTransactionRow;

/** What the term began with. Elements keep their own identity. */
export function baseState({ transactions, elements, answers }: PolicyNow): TermState {
  const { insured, elements: wanted, region } = baseOf(transactions).document as BaseDocument;
  const staticId = (type: string) => (elements.find((one) => one.element_type === type) as PolicyElementRow).static_id;
  return { region, answers, insured, elements: wanted.map((one) => ({ ...one, staticId: staticId(one.type) })) };
}

/** Endorsements in force, in the order in which they were made. */
export const changesOf = ({ transactions }: PolicyNow): DatedChange[] =>
  transactions.filter(({ category, status }) => category === 'ENDORSEMENT' && status === 'ISSUED').map(({ id, effective_date: on, document }) => ({ id, on, change: (document as { change: Change }).change }));

export const chargedIn = ({ charges, policy }: PolicyNow, category: PolicyChargeRow['category']): Money =>
  sum(charges.filter((one) => one.category === category).map((one) => money(one.amount, one.currency)), policy.currency);

/** Everybody who is or was insured in the term. */
export function everybody(now: PolicyNow, more: readonly StatePerson[] = []): StatePerson[] {
  const people = [...baseState(now).insured, ...changesOf(now).flatMap(({ change }) => change.addInsured), ...more];
  return [...new Map(people.map((one) => [one.party, one])).values()];
}

/** What the product and people are, by the version that the term was sold with. */
export const factsOfPolicy = (ctx: Context, now: PolicyNow, more: readonly string[] = []): Promise<QuotingFacts> => factsOf(ctx, now.policy, [...everybody(now).map(({ party }) => party), ...more]);

/** The term as the plan reads it: every price at the age on the term's first day, at the rates of its version. */
export function termFacts(now: PolicyNow, facts: QuotingFacts): TermFacts {
  const { policy, term, transactions } = now;
  const people = facts.parties.map(({ locator, dateOfBirth }) => ({ party: locator, birth: dateOfBirth as IsoDate }));
  return {
    measure: { term: { from: term.effective_from, to: term.effective_to }, basis: term.proration_basis },
    currency: policy.currency,
    base: baseState(now),
    changes: changesOf(now),
    rate: (state) => price({ terms: facts.version.document, elements: state.elements, people, region: state.region, answers: state.answers, from: term.effective_from, taxes: [] }).lines,
    taxes: (baseOf(transactions).document as BaseDocument).pricing.taxes.map(({ name, rate }) => ({ name, rate })),
    charged: chargedIn(now, 'PREMIUM'),
  };
}

/** A change begins within the term, and not too long ago unless an officer says so. */
export function checkDay(day: IsoDate, { term }: Pick<PolicyNow, 'term'>, retroDaysAgo: IsoDate, officer: boolean): void {
  if (day < term.effective_from || term.effective_to <= day) {
    throw new Refused('PERIOD_INVALID', `The policy's latest term runs from ${term.effective_from} to before ${term.effective_to}.`, 'effectiveDate');
  }
  if (day < retroDaysAgo && !officer) throw new Refused('RETRO_NOT_ALLOWED', `A change can begin on ${retroDaysAgo} at the earliest; an underwriter may go back further.`, 'effectiveDate');
}
