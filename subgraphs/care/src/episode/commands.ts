/** Opening and closing episodes. */
import { badInput, notFound, Refused, stateMachine } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction, violation } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { insertAudit } from '../audit.ts';
import type { Context } from '../context.ts';
import { episodeEvent } from '../events.ts';
import type { CareEpisodeRow } from '../mappers.ts';
import { freeText } from '../text.ts';

const SUMMARY_MAX = 2_000;

export const episode = stateMachine<CareEpisodeRow['status'], 'close'>('The episode', [['OPEN', 'close', 'CLOSED']]);

export interface OpenEpisodeInput {
  readonly partyLocator: string;
  readonly partyId: string;
  readonly careType: CareEpisodeRow['care_type'];
  readonly summary?: string | null;
  readonly triageSessionLocator?: string | null;
  readonly idempotencyKey: string;
}

/** Is the person the caller, or would a row about them be seen? */
async function isTheirs(ctx: Context, partyLocator: string): Promise<boolean> {
  return (await ctx.ability()).sees('episodes', { party_locator: partyLocator, treated_by: [] });
}

/** Opens an episode; one for each triage session. */
export async function openEpisode(ctx: Context, { idempotencyKey, ...input }: OpenEpisodeInput): Promise<CareEpisodeRow> {
  if (!isId(input.partyId) || !isLocator(input.partyLocator, 'pty')) throw badInput('partyLocator: the id and locator of a party', 'partyLocator');
  const provider = ctx.identity.actsFor.provider;
  if (!provider && !(await isTheirs(ctx, input.partyLocator))) throw new Refused('PARTY_NOT_YOURS', 'An episode is opened for oneself or a dependant under 16.', 'partyLocator');
  const summary = freeText(input.summary, 'summary', SUMMARY_MAX);
  const run = transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `openEpisode:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      const { rows } = await tx.query<CareEpisodeRow>(
        `INSERT INTO public.episodes (id, locator, party_id, party_locator, triage_session_locator, care_type, status, summary, treated_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'OPEN', $7, $8, $9) RETURNING *`,
        [ctx.ids.id(), ctx.ids.locator('epi'), input.partyId, input.partyLocator, input.triageSessionLocator ?? null, input.careType, summary, provider ? [provider] : [], ctx.clock.now()],
      );
      const row = rows[0] as CareEpisodeRow;
      await insertAudit(tx, ctx, { entity: 'EPISODE', entityId: row.id, command: 'open', to: 'OPEN', actor: ctx.identity.subject });
      await appendToOutbox(tx, ctx, [episodeEvent('opened', row)]);
      return row.id;
    });
    return (await tx.query<CareEpisodeRow>('SELECT * FROM public.episodes WHERE id = $1', [id])).rows[0] as CareEpisodeRow;
  });
  return run.catch((error: unknown) => {
    if (violation(error)?.constraint === 'episodes_triage_session_locator_key') throw new Refused('EPISODE_EXISTS', 'This triage session has an episode already.', 'triageSessionLocator');
    throw error;
  });
}

/** Locks an episode that the caller may see. */
export async function lockEpisode(ctx: Context, tx: PoolClient, locator: string): Promise<CareEpisodeRow> {
  if (!(await ctx.loaders.episodeByLocator.load(locator))) throw notFound('The episode');
  return (await tx.query<CareEpisodeRow>('SELECT * FROM public.episodes WHERE locator = $1 FOR UPDATE', [locator])).rows[0] as CareEpisodeRow;
}

/** As `lockEpisode`, and it must be open. */
export async function lockOpenEpisode(ctx: Context, tx: PoolClient, locator: string): Promise<CareEpisodeRow> {
  const row = await lockEpisode(ctx, tx, locator);
  if (row.status !== 'OPEN') throw new Refused('EPISODE_CLOSED', 'The episode is closed.', 'episode');
  return row;
}

export async function closeEpisode(ctx: Context, locator: string): Promise<CareEpisodeRow> {
  return transaction(ctx.pool, async (tx) => {
    const row = await lockEpisode(ctx, tx, locator);
    const to = episode.next(row.status, 'close');
    const open = await tx.query("SELECT 1 FROM public.appointments WHERE episode_id = $1 AND status = 'BOOKED' LIMIT 1", [row.id]);
    if (open.rowCount) throw new Refused('APPOINTMENTS_OPEN', 'Cancel the booked appointments first.');
    const { rows } = await tx.query<CareEpisodeRow>('UPDATE public.episodes SET status = $2, closed_at = $3 WHERE id = $1 RETURNING *', [row.id, to, ctx.clock.now()]);
    await insertAudit(tx, ctx, { entity: 'EPISODE', entityId: row.id, command: 'close', from: row.status, to, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [episodeEvent('closed', rows[0] as CareEpisodeRow)]);
    return rows[0] as CareEpisodeRow;
  });
}
