/** Asking for care to be authorised, and answering. Each step locks the row, checks the state table, and saves row, audit row and event together. */
import { hasRole } from '@olly/kit/auth';
import { badInput, forbidden, notFound, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { appendToOutbox, type NewEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import { readNames } from '../claim/history.ts';
import { rulesOf } from '../market/rules.ts';
import { configuredRules } from '../market/store.ts';
import type { Context } from '../context.ts';
import type { PriorAuthorisationRow } from '../mappers.ts';
import { decided, submitted } from './events.ts';
import {
  decisionOf,
  dueAt,
  extendedDueAt,
  type PriorAuthorisationCommand,
  type PriorAuthorisationStatus,
  priorAuthorisationMachine,
  type Urgency,
} from './priorAuthorisation.ts';
import { type Change, changePriorAuthorisation, findPriorAuthorisation, insertAudit, insertPriorAuthorisation, lockPriorAuthorisation } from './store.ts';

const CODE = /^[A-Za-z0-9._-]{1,20}$/;
const TERM_KEY = /^[a-z][a-z0-9_]{0,59}$/;
const REASON_MAX = 300;

export interface SubmitPriorAuthorisationInput {
  readonly idempotencyKey: string;
  readonly policyId: string;
  readonly memberPartyId: string;
  readonly provider: string;
  readonly procedureCode: string;
  readonly coverageTermKey: string;
  readonly urgency?: Urgency | null;
  readonly units?: number | null;
  readonly from: IsoDate;
  readonly to: IsoDate;
}

function check(input: SubmitPriorAuthorisationInput): void {
  if (!isId(input.policyId)) throw badInput('policyId: a UUID', 'policyId');
  if (!isId(input.memberPartyId)) throw badInput('memberPartyId: a UUID', 'memberPartyId');
  if (!isLocator(input.provider, 'prv')) throw badInput("provider: a provider's locator", 'provider');
  if (!CODE.test(input.procedureCode)) throw badInput('procedureCode: letters and digits, at most 20', 'procedureCode');
  if (!TERM_KEY.test(input.coverageTermKey)) throw badInput("coverageTermKey: a service's key", 'coverageTermKey');
  if (input.from >= input.to) throw new Refused('PERIOD_INVALID', 'The period ends after it begins.', 'to');
  const units = input.units ?? 1;
  if (units < 1 || units > 9_999) throw new Refused('UNITS_INVALID', 'Between 1 and 9,999 units.', 'units');
}

/** Asks for care to be authorised. Throws `Refused`; somebody else's patient is NOT_FOUND. */
export async function submitPriorAuthorisation(ctx: Context, { idempotencyKey, ...input }: SubmitPriorAuthorisationInput): Promise<PriorAuthorisationRow> {
  check(input as SubmitPriorAuthorisationInput);
  const row = { member_party_id: input.memberPartyId, member_locator: null, provider_locator: input.provider };
  if (!hasRole(ctx.identity, 'adjuster', 'admin') && !(await ctx.ability()).seesFully('prior_auths', row)) throw notFound('The patient');
  const now = ctx.clock.now();
  const [policy, names, [standing]] = await Promise.all([
    ctx.ports.enrollment.policyForClaim(input.policyId),
    readNames(ctx.pool, input.policyId, input.memberPartyId),
    ctx.ports.provider.providersForClaim([
      { provider: input.provider, serviceDate: input.from, procedureCode: null, currency: 'USD', coverageTermKey: input.coverageTermKey },
    ]),
  ]);
  if (!policy.exists) throw new Refused('POLICY_UNKNOWN', 'There is no such policy.', 'policyId');
  if (!standing?.exists) throw new Refused('PROVIDER_UNKNOWN', 'There is no such provider.', 'provider');
  const urgency = input.urgency ?? 'STANDARD';
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `submitPriorAuthorisation:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once<string>(tx, call, async () => {
      const made = await insertPriorAuthorisation(tx, ctx, {
        ...input,
        urgency,
        units: input.units ?? 1,
        names,
        providerId: standing.providerId ?? null,
        market: policy.market ?? null,
        dueAt: dueAt(now, urgency, rulesOf(names.rules, policy.market ?? null)),
      });
      await insertAudit(tx, ctx, made.id, { type: 'SUBMITTED', from: null, to: 'SUBMITTED' });
      await appendToOutbox(tx, ctx, [submitted(made)]);
      return made.id;
    });
    return findPriorAuthorisation(tx, id);
  });
}

interface Step {
  readonly to?: PriorAuthorisationStatus;
  readonly change?: Change;
  readonly reason?: string | null;
  readonly event?: (after: PriorAuthorisationRow) => NewEvent;
}

async function visible(ctx: Context, locator: string): Promise<PriorAuthorisationRow> {
  const row = await ctx.loaders.priorAuthorisationByLocator.load(locator);
  if (!row || !(await ctx.ability()).seesFully('prior_auths', row)) throw notFound('The prior authorisation');
  return row;
}

async function transition(
  ctx: Context,
  locator: string,
  command: PriorAuthorisationCommand,
  step: (before: PriorAuthorisationRow) => Step,
): Promise<PriorAuthorisationRow> {
  const { id } = await visible(ctx, locator);
  ctx.loaders.priorAuthorisationByLocator.clear(locator);
  return transaction(ctx.pool, async (tx) => {
    const before = await lockPriorAuthorisation(tx, id);
    const { to: wanted, change, reason, event } = step(before);
    const to = priorAuthorisationMachine.next(before.status, command, wanted);
    const after = await changePriorAuthorisation(tx, ctx, id, { ...change, status: to });
    await insertAudit(tx, ctx, id, { type: command.toUpperCase(), from: before.status, to, reason });
    if (event) await appendToOutbox(tx, ctx, [event(after)]);
    return after;
  });
}

const actsFor = (ctx: Context): void => {
  if (!hasRole(ctx.identity, 'member', 'provider', 'adjuster', 'admin')) throw forbidden();
};

function reasonOf(text: string | null | undefined): string | null {
  const reason = text?.trim() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (reason.length > REASON_MAX || /[\u0000-\u001f\u007f]/.test(reason)) throw badInput(`reason: one line of at most ${REASON_MAX} characters`, 'reason');
  return reason === '' ? null : reason;
}

function required(text: string): string {
  const reason = reasonOf(text);
  if (reason === null) throw new Refused('REASON_MISSING', 'A reason is needed.', 'reason');
  return reason;
}

interface Named {
  readonly priorAuthorisation: string;
}
interface Reasoned extends Named {
  readonly reason: string;
}

export const reviewPriorAuthorisation = (ctx: Context, { priorAuthorisation }: Named) => transition(ctx, priorAuthorisation, 'review', () => ({}));

export function requestInfo(ctx: Context, { priorAuthorisation, reason }: Reasoned): Promise<PriorAuthorisationRow> {
  const why = required(reason);
  return transition(ctx, priorAuthorisation, 'requestInfo', () => ({ reason: why }));
}

export function answerInfo(ctx: Context, { priorAuthorisation }: Named): Promise<PriorAuthorisationRow> {
  actsFor(ctx);
  return transition(ctx, priorAuthorisation, 'answer', () => ({}));
}

export function withdrawPriorAuthorisation(ctx: Context, { priorAuthorisation }: Named): Promise<PriorAuthorisationRow> {
  actsFor(ctx);
  return transition(ctx, priorAuthorisation, 'withdraw', () => ({}));
}

export function revokePriorAuthorisation(ctx: Context, { priorAuthorisation, reason }: Reasoned): Promise<PriorAuthorisationRow> {
  const why = required(reason);
  return transition(ctx, priorAuthorisation, 'revoke', () => ({ reason: why }));
}

/** The clock starts again: an appeal is a request of its own. */
export async function appealPriorAuthorisation(ctx: Context, { priorAuthorisation, reason }: Reasoned): Promise<PriorAuthorisationRow> {
  actsFor(ctx);
  const why = required(reason);
  const configured = await configuredRules(ctx.pool);
  return transition(ctx, priorAuthorisation, 'appeal', ({ urgency, market }) => ({
    reason: why,
    change: { was_appealed: true, due_at: dueAt(ctx.clock.now(), urgency, rulesOf(configured, market)), escalated_at: null, extended_at: null },
  }));
}

export function decidePriorAuthorisation(
  ctx: Context,
  { priorAuthorisation, units, reason }: Named & { units: number; reason?: string | null },
): Promise<PriorAuthorisationRow> {
  const why = reasonOf(reason);
  return transition(ctx, priorAuthorisation, 'decide', ({ units_requested: requested }) => {
    const to = decisionOf(units, requested, why);
    return { to, reason: why, change: { units_approved: units, decided_at: ctx.clock.now(), denial_reason: to === 'DENIED' ? why : null }, event: decided };
  });
}

/** Adds time, once. Not a step of the state table: the request stays where it is. */
export async function extendPriorAuthorisation(ctx: Context, { priorAuthorisation, reason }: Reasoned): Promise<PriorAuthorisationRow> {
  const why = required(reason);
  const { id } = await visible(ctx, priorAuthorisation);
  const configured = await configuredRules(ctx.pool);
  ctx.loaders.priorAuthorisationByLocator.clear(priorAuthorisation);
  return transaction(ctx.pool, async (tx) => {
    const before = await lockPriorAuthorisation(tx, id);
    if (!['SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPEALED'].includes(before.status))
      throw new Refused('ILLEGAL_TRANSITION', `The prior authorisation is ${before.status} and cannot become extended.`);
    if (before.extended_at) throw new Refused('ALREADY_EXTENDED', 'The time to decide has been extended before; it is extended once.');
    await insertAudit(tx, ctx, id, { type: 'EXTENDED', from: before.status, to: before.status, reason: why });
    return changePriorAuthorisation(tx, ctx, id, { extended_at: ctx.clock.now(), due_at: extendedDueAt(before.due_at, rulesOf(configured, before.market)) });
  });
}
