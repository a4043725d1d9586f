/** Prescribing, dispensing and taking back. A prescription that was not dispensed in time counts as EXPIRED, without a sweep. */
import { forbidden, notFound, Refused, stateMachine } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { addDays, type IsoDate } from '@olly/kit/time';
import { z } from 'zod';
import { insertAudit } from '../audit.ts';
import type { Context } from '../context.ts';
import { lockOpenEpisode } from '../episode/commands.ts';
import { prescriptionEvent } from '../events.ts';
import type { PrescriptionRow } from '../mappers.ts';

const VALID_DAYS_DEFAULT = 28;

export const prescription = stateMachine<PrescriptionRow['status'], 'dispense' | 'cancel' | 'expire'>('The prescription', [
  ['ISSUED', 'dispense', 'DISPENSED'],
  ['ISSUED', 'cancel', 'CANCELLED'],
  ['ISSUED', 'expire', 'EXPIRED'],
]);

const medicationOf = z.strictObject({ name: z.string().min(1).max(200), dose: z.string().min(1).max(200), instructions: z.string().max(1000).optional(), quantity: z.int().min(1).max(10_000).optional() });

/** Where a prescription stands on a day. */
export const statusOn = (row: Pick<PrescriptionRow, 'status' | 'valid_until'>, day: IsoDate): PrescriptionRow['status'] => (row.status === 'ISSUED' && row.valid_until <= day ? 'EXPIRED' : row.status);

export function providerOf(ctx: Context): string {
  const { provider } = ctx.identity.actsFor;
  if (!provider) throw forbidden('Only those who treat can do this.');
  return provider;
}

export async function issuePrescription(ctx: Context, { episode: locator, medication, validUntil }: { episode: string; medication: unknown; validUntil?: IsoDate | null }): Promise<PrescriptionRow> {
  const provider = providerOf(ctx);
  const parsed = medicationOf.safeParse(medication);
  if (!parsed.success) throw new Refused('MEDICATION_INVALID', 'medication: { name, dose, instructions?, quantity? }.', 'medication');
  const until = validUntil ?? addDays(ctx.clock.today(), VALID_DAYS_DEFAULT);
  if (until <= ctx.clock.today()) throw new Refused('MEDICATION_INVALID', 'validUntil: after today.', 'validUntil');
  return transaction(ctx.pool, async (tx) => {
    const episode = await lockOpenEpisode(ctx, tx, locator);
    const { rows } = await tx.query<PrescriptionRow>(
      `INSERT INTO public.prescriptions (id, locator, episode_id, episode_locator, party_locator, provider_locator, medication, status, issued_at, valid_until, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'ISSUED', $8, $9, $8) RETURNING *`,
      [ctx.ids.id(), ctx.ids.locator('prx'), episode.id, episode.locator, episode.party_locator, provider, parsed.data, ctx.clock.now(), until],
    );
    const row = rows[0] as PrescriptionRow;
    await insertAudit(tx, ctx, { entity: 'PRESCRIPTION', entityId: row.id, command: 'issue', to: 'ISSUED', actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [prescriptionEvent('issued', row)]);
    return row;
  });
}

export async function stepPrescription(ctx: Context, { locator, isDispensed }: { locator: string; isDispensed: boolean }): Promise<PrescriptionRow> {
  if (!(await ctx.loaders.prescriptionByLocator.load(locator))) throw notFound('The prescription');
  return transaction(ctx.pool, async (tx) => {
    const row = (await tx.query<PrescriptionRow>('SELECT * FROM public.prescriptions WHERE locator = $1 FOR UPDATE', [locator])).rows[0] as PrescriptionRow;
    const command = isDispensed ? 'dispense' : 'cancel';
    const from = statusOn(row, ctx.clock.today());
    if (from === 'EXPIRED') throw new Refused('PRESCRIPTION_EXPIRED', `The prescription could be dispensed until ${row.valid_until}.`);
    const to = prescription.next(from, command);
    const { rows } = await tx.query<PrescriptionRow>('UPDATE public.prescriptions SET status = $2, updated_at = $3 WHERE id = $1 RETURNING *', [row.id, to, ctx.clock.now()]);
    await insertAudit(tx, ctx, { entity: 'PRESCRIPTION', entityId: row.id, command, from, to, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [prescriptionEvent(isDispensed ? 'dispensed' : 'cancelled', rows[0] as PrescriptionRow)]);
    return rows[0] as PrescriptionRow;
  });
}
