/**
 * Works a batch off, a few claims side by side, each by the very command that decides one claim. A worker that is killed is followed by another run of the job, which goes on
 * with what has no result; a claim that was decided in between is met as decided.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { UNDECIDED } from '../claim/claim.ts';
import { takeUp } from '../claim/process.ts';
import { LEASE_S } from '../claim/store.ts';
import type { Context } from '../context.ts';
import { endBatch, type ItemResult, openItems, saveItems } from './store.ts';

const CHUNK = 64;
const SIDE_BY_SIDE = 4;
const BUSY_TRIES_MAX = 5;
const LEASE_POLL_MS = 250;

async function decideOne(ctx: Context, id: string): Promise<ItemResult> {
  try {
    let claim = await takeUp(ctx, id);
    // somebody is at it, or was, and was killed: then its lease runs out
    for (const until = Date.now() + (LEASE_S + 5) * 1_000; claim === null && Date.now() < until; claim = await takeUp(ctx, id)) await pause(LEASE_POLL_MS);
    // the batch's own claims may have moved the same limits
    for (let more = 0; claim?.hold_reason === 'ACCUMULATORS_BUSY' && more < BUSY_TRIES_MAX; more += 1) claim = await takeUp(ctx, id);
    if (claim === null) return 'SKIPPED';
    return UNDECIDED.includes(claim.status) ? 'HELD' : 'DECIDED';
  } catch (error) {
    ctx.log.warn({ claimId: id, error: error instanceof Error ? error.name : 'unknown' }, 'a claim of a batch stays as it was');
    return 'FAILED';
  }
}

/** Works until nothing is open; answers how many claims it is through with. `contextOf` makes a new context for each claim. */
export async function workBatch(contextOf: () => Context, batchId: string): Promise<number> {
  const { pool, clock } = contextOf();
  let through = 0;
  for (;;) {
    const open = await openItems(pool, batchId, CHUNK);
    if (open.length === 0) break;
    const results = new Map<string, ItemResult>();
    const waiting = [...open];
    const worker = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) results.set(id, await decideOne(contextOf(), id));
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    await saveItems(pool, batchId, results);
    through += results.size;
  }
  await endBatch(pool, batchId, clock.now());
  return through;
}
