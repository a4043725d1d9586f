/** Referring a patient to a clinic, which then sees the episode. */
import { badInput } from '@olly/kit/errors';
import { isLocator } from '@olly/kit/locator';
import { transaction } from '@olly/kit/postgres';
import { insertAudit } from '../audit.ts';
import type { Context } from '../context.ts';
import { lockOpenEpisode } from '../episode/commands.ts';
import type { DiagnosticsReferralRow } from '../mappers.ts';
import { providerOf } from '../prescription/commands.ts';

export async function referPatient(ctx: Context, { episode: locator, referralType, clinic }: { episode: string; referralType: DiagnosticsReferralRow['referral_type']; clinic: string }): Promise<DiagnosticsReferralRow> {
  const provider = providerOf(ctx);
  if (!isLocator(clinic, 'prv')) throw badInput('clinic: the locator of a provider', 'clinic');
  return transaction(ctx.pool, async (tx) => {
    const episode = await lockOpenEpisode(ctx, tx, locator);
    const { rows } = await tx.query<DiagnosticsReferralRow>(
      `INSERT INTO public.diagnostics_referrals (id, locator, episode_id, episode_locator, party_locator, referred_by, referral_type, clinic_locator, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'OPEN', $9) RETURNING *`,
      [ctx.ids.id(), ctx.ids.locator('ref'), episode.id, episode.locator, episode.party_locator, provider, referralType, clinic, ctx.clock.now()],
    );
    const row = rows[0] as DiagnosticsReferralRow;
    await tx.query('UPDATE public.episodes SET treated_by = array_append(treated_by, $2) WHERE id = $1 AND NOT treated_by @> ARRAY[$2]', [episode.id, clinic]);
    await insertAudit(tx, ctx, { entity: 'REFERRAL', entityId: row.id, command: 'refer', to: 'OPEN', actor: ctx.identity.subject });
    return row;
  });
}
