/**
 * Submitting a claim, and asking what one would come to. Both gather and decide alike; only the submission writes. The claim is stored before anything is reserved in
 * its name, so a crash leaves nothing behind that nobody knows of. The same key again takes up where the first run stopped.
 */
import { hasRole } from '@olly/kit/auth';
import { appError, notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction, violation, type PoolClient } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { setTimeout as pause } from 'node:timers/promises';
import { adjudicate, type Decision } from '../adjudication/adjudicate.ts';
import type { Context } from '../context.ts';
import type { ClaimRow } from '../mappers.ts';
import { storedDocuments } from './document.ts';
import { claimTold } from './events.ts';
import { checkAcceptable, checkNotDuplicate, type Gathered, gather, UNHANDLED, withHistory } from './gather.ts';
import { readHistory } from './history.ts';
import { type Draft, type NewClaim, readClaim } from './newClaim.ts';
import { decideClaim, leased, takeUp } from './process.ts';
import { findClaim, insertClaim, insertDocuments } from './store.ts';

export interface SubmitClaimInput extends NewClaim {
  readonly idempotencyKey: string;
}

/** A patient's own claim, a dependant's under 16, a provider's own patient, or any for staff. Everybody else's patient does not exist. */
async function checkMaySubmit(ctx: Context, draft: Draft): Promise<void> {
  if (hasRole(ctx.identity, 'adjuster', 'admin')) return;
  const row = { claimant_party_id: draft.claimantPartyId, claimant_locator: null, provider_locator: draft.provider };
  if (!(await ctx.ability()).seesFully('claims', row)) throw notFound('The patient');
}

async function checkReplaced({ pool, ability }: Context, { replaces, claimantPartyId }: Draft): Promise<void> {
  if (replaces === null) return;
  const { rows } = await pool.query<ClaimRow>('SELECT * FROM claims.claims WHERE locator = $1', [replaces]);
  const [replaced] = rows;
  if (!replaced || replaced.claimant_party_id !== claimantPartyId || !(await ability()).sees('claims', replaced)) {
    throw new Refused('REPLACED_CLAIM_UNKNOWN', 'This patient has no such claim.', 'replaces');
  }
  if (!['REVERSED', 'DENIED', 'WITHDRAWN'].includes(replaced.status)) {
    throw new Refused('ILLEGAL_TRANSITION', `The claim to be replaced is ${replaced.status}; reverse, or withdraw it first.`, 'replaces');
  }
}

export interface Preview {
  readonly gathered: Gathered;
  readonly decision: Decision | null;
}

/** What a claim would come to. Writes nothing. Throws `Refused` where `submitClaim` would. */
export async function previewClaim(ctx: Context, input: NewClaim): Promise<Preview> {
  const draft = readClaim(input, ctx.clock.today(), '9999-12-31');
  await checkMaySubmit(ctx, draft);
  const gathered = await gather(ctx, draft, UNHANDLED, null);
  checkAcceptable(gathered);
  checkNotDuplicate(gathered);
  return { gathered, decision: gathered.facts && adjudicate(gathered.facts) };
}

/** Takes a claim and, where nothing holds it, decides it. Throws `Refused`. */
export async function submitClaim(ctx: Context, { idempotencyKey, ...input }: SubmitClaimInput): Promise<ClaimRow> {
  const today = ctx.clock.today();
  const draft = readClaim(input, today, today);
  await checkMaySubmit(ctx, draft);
  const call = { schema: ctx.schema, scope: `submitClaim:${ctx.identity.subject}`, key: idempotencyKey, body: input };
  const { rowCount } = await ctx.pool.query({
    name: 'claims:known-key',
    text: 'SELECT 1 FROM claims.idempotency_keys WHERE scope = $1 AND key = $2',
    values: [call.scope, call.key],
  });
  if (rowCount) return resume(ctx, await transaction(ctx.pool, (tx) => once<string>(tx, call, unreachable)));

  await checkReplaced(ctx, draft);
  const gathered = await gather(ctx, draft, UNHANDLED, null);
  checkAcceptable(gathered);
  const documents = await storedDocuments(ctx, input.documents ?? [], gathered.names.claimant);
  const lease = ctx.ids.id();
  const taken: { claim?: ClaimRow; gathered?: Gathered } = {};
  const id = await transaction(ctx.pool, (tx) =>
    once<string>(tx, call, async () => {
      taken.gathered = await withoutRival(tx, gathered);
      taken.claim = await insertClaim(tx, ctx, {
        draft,
        names: gathered.names,
        account: { id: gathered.policy.accountId, locator: gathered.policy.account },
        providerId: gathered.providerId,
        market: gathered.policy.market ?? null,
        lease,
      });
      await insertDocuments(tx, ctx, taken.claim.id, documents);
      await appendToOutbox(tx, ctx, [claimTold('submitted', taken.claim)]);
      return taken.claim.id;
    }),
  ).catch((error: unknown) => {
    if (violation(error)?.constraint === 'claims_replaced_once') throw new Refused('ALREADY_REPLACED', 'Another claim already replaces that one.', 'replaces');
    throw error;
  });
  if (!taken.claim || taken.claim.id !== id) return resume(ctx, id);
  return afterwards(ctx, id, decideClaim(ctx, leased(taken.claim, lease), UNHANDLED, { gathered: taken.gathered, isFresh: true }));
}

const unreachable = async (): Promise<string> => {
  throw appError('CONFLICT', 'The key was taken back meanwhile; try again.');
};

/** Two claims for the same services at once: one patient's claims are stored one after the other, and the later sees the earlier. */
async function withoutRival(tx: PoolClient, gathered: Gathered): Promise<Gathered> {
  await tx.query({ name: 'claims:patient-lock', text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [gathered.draft.claimantPartyId] });
  const now = withHistory(gathered, await readHistory(tx, gathered.draft, null));
  checkNotDuplicate(now);
  return now;
}

/** The claim is stored; what cannot be finished now is finished by the job, and the caller sees it SUBMITTED. */
async function afterwards(ctx: Context, id: string, deciding: Promise<ClaimRow | null>): Promise<ClaimRow> {
  let claim: ClaimRow | null = null;
  try {
    claim = await deciding;
  } catch (error) {
    ctx.log.warn({ claimId: id, error: error instanceof Error ? error.name : 'unknown' }, 'a claim is decided later');
  }
  return claim ?? ((await findClaim(ctx.pool, id)) as ClaimRow);
}

const RESUME_TRIES = 40;
const RESUME_POLL_MS = 100;

/** The claim of an earlier call with the same key: finished if it was not, waited for while the other call is at it. */
async function resume(ctx: Context, id: string): Promise<ClaimRow> {
  for (let attempt = 1; ; attempt += 1) {
    const claim = (await findClaim(ctx.pool, id)) as ClaimRow;
    if (claim.status !== 'SUBMITTED' && claim.settling === null) return claim;
    const after = await afterwards(ctx, id, takeUp(ctx, id));
    if ((after.status !== 'SUBMITTED' && after.settling === null) || attempt >= RESUME_TRIES) return after;
    await pause(RESUME_POLL_MS);
  }
}
