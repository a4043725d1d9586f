/** Asking for deletion and what happens before work starts. Each step is row, audit row and event in one transaction, on a locked row. */
import { notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction, violation } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { actingFor, partyOf } from '../access.ts';
import type { Context } from '../context.ts';
import type { DeletionRequestRow } from '../mappers.ts';
import { type DeletionCommand, deletionMachine, reasonOf } from './deletion.ts';
import { deletionRequestEvent } from './events.ts';
import { insertDeletion, insertStep, lockDeletion, updateDeletion } from './store.ts';

export interface RequestDeletionInput {
  readonly partyLocator?: string | null;
  readonly deleteType: DeletionRequestRow['delete_type'];
  readonly reason?: string | null;
  readonly idempotencyKey: string;
}

/** Asks for deletion. Throws `Refused`; a party for whom the caller may not ask is NOT_FOUND. */
export async function requestDeletion(ctx: Context, input: RequestDeletionInput): Promise<DeletionRequestRow> {
  const party = partyOf(ctx, input.partyLocator);
  const reason = reasonOf(input.reason);
  const requestedByType = await actingFor(ctx, 'deletion_requests', party);
  const { schema, identity } = ctx;
  const call = { schema, scope: `requestDeletion:${identity.subject}`, key: input.idempotencyKey, body: { party, deleteType: input.deleteType, reason } };
  try {
    return await transaction(ctx.pool, async (tx) => {
      const id = await once(tx, call, async () => {
        const row = await insertDeletion(tx, ctx, { party, deleteType: input.deleteType, reason, requestedByType, requestedBy: identity.subject });
        await insertStep(tx, ctx, { entityId: row.id, command: 'request', from: null, to: row.status, actor: identity.subject });
        await appendToOutbox(tx, ctx, [deletionRequestEvent(row)]);
        return row.id;
      });
      return lockDeletion(tx, id);
    });
  } catch (error) {
    if (violation(error)?.constraint !== 'deletion_requests_one_open') throw error;
    throw new Refused('DELETION_ALREADY_REQUESTED', 'There is an open request of this kind for the party.', 'deleteType');
  }
}

/** Verifies, cancels or refuses a request that the caller may see. Throws `Refused` for an illegal step. */
export async function moveDeletion(ctx: Context, command: DeletionCommand, locator: string, refusalReason: string | null = null): Promise<DeletionRequestRow> {
  const seen = await ctx.loaders.deletionByLocator.load(locator);
  if (!seen) throw notFound('The deletion request');
  return transaction(ctx.pool, async (tx) => {
    const before = await lockDeletion(tx, seen.id);
    const after = await updateDeletion(tx, ctx, seen.id, deletionMachine.next(before.status, command), refusalReason);
    await insertStep(tx, ctx, { entityId: seen.id, command, from: before.status, to: after.status, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [deletionRequestEvent(after)]);
    return after;
  });
}

export async function refuseDeletion(ctx: Context, locator: string, text: string): Promise<DeletionRequestRow> {
  const reason = reasonOf(text);
  if (!reason) throw new Refused('REASON_MISSING', 'reason: the person is told why.', 'reason');
  return moveDeletion(ctx, 'refuse', locator, reason);
}
