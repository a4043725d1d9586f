/** Slots in the database. Taking one is a compare-and-set: of any number of callers exactly one changes the row. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { Clock } from '@olly/kit/time';
import DataLoader from 'dataloader';
import type { ProviderSlotRow } from '../mappers.ts';
import { HOLD_MS } from './slot.ts';

export async function insertSlots(tx: PoolClient, { ids, clock }: EventOrigin, provider: string, timeZone: string, slots: readonly { startTime: Date; endTime: Date }[]): Promise<ProviderSlotRow[]> {
  const { rows } = await tx.query<ProviderSlotRow>(
    `INSERT INTO public.provider_slots (id, locator, provider_locator, start_time, end_time, time_zone, status, created_at)
     SELECT id, locator, $1, start_time, end_time, $2, 'AVAILABLE', $3 FROM unnest($4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[]) AS new(id, locator, start_time, end_time)
     RETURNING *`,
    [provider, timeZone, clock.now(), slots.map(() => ids.id()), slots.map(() => ids.locator('slt')), slots.map((s) => s.startTime), slots.map((s) => s.endTime)],
  );
  return rows.sort((a, b) => a.start_time.getTime() - b.start_time.getTime());
}

/** Holds a free slot for a person; null when it is not free any more. */
export async function takeHold(tx: PoolClient, locator: string, party: string, now: Date): Promise<ProviderSlotRow | null> {
  const { rows } = await tx.query<ProviderSlotRow>(
    `UPDATE public.provider_slots SET status = 'HELD', held_by = $2, held_until = $4, version = version + 1
     WHERE locator = $1 AND start_time > $3 AND (status = 'AVAILABLE' OR (status = 'HELD' AND (held_until <= $3 OR held_by = $2))) RETURNING *`,
    [locator, party, now, new Date(now.getTime() + HOLD_MS)],
  );
  return rows[0] ?? null;
}

export async function lockSlot(tx: PoolClient, locator: string): Promise<ProviderSlotRow | null> {
  return (await tx.query<ProviderSlotRow>('SELECT * FROM public.provider_slots WHERE locator = $1 FOR UPDATE', [locator])).rows[0] ?? null;
}

/** Moves a locked slot on. Only HELD has a holder, only BOOKED an appointment. */
export async function setSlot(tx: PoolClient, id: string, status: 'AVAILABLE' | 'BOOKED' | 'BLOCKED' | 'WITHDRAWN', appointment: string | null = null): Promise<ProviderSlotRow> {
  const { rows } = await tx.query<ProviderSlotRow>(
    'UPDATE public.provider_slots SET status = $2, appointment_locator = $3, held_by = NULL, held_until = NULL, version = version + 1 WHERE id = $1 RETURNING *',
    [id, status, appointment],
  );
  return rows[0] as ProviderSlotRow;
}

/** How many slots a person holds now. Locks nothing: two holds at the same moment may make three; they end by themselves. */
export async function countHolds(tx: PoolClient, party: string, now: Date, except: string): Promise<number> {
  const { rows } = await tx.query<{ holds: number }>("SELECT count(*)::int AS holds FROM public.provider_slots WHERE held_by = $1 AND status = 'HELD' AND held_until > $2 AND locator <> $3", [party, now, except]);
  return rows[0]?.holds ?? 0;
}

const FREE = `status = 'AVAILABLE' OR (status = 'HELD' AND held_until <= $2)`;

/** Free slots of many providers from a moment on, in one statement for each distinct question. */
export function freeSlotsLoader(pool: Pool, clock: Clock): { load(provider: string, first: number, from: Date): Promise<ProviderSlotRow[]> } {
  const loaders = new Map<string, DataLoader<string, ProviderSlotRow[]>>();
  return {
    load(provider, first, from) {
      const key = `${first}:${from.getTime()}`;
      let loader = loaders.get(key);
      if (!loader) {
        loader = new DataLoader(async (providers) => {
          const { rows } = await pool.query<ProviderSlotRow>(
            `SELECT slot.* FROM unnest($1::text[]) AS provider(locator) CROSS JOIN LATERAL (
               SELECT * FROM public.provider_slots WHERE provider_locator = provider.locator AND start_time > greatest($2::timestamptz, $3::timestamptz) AND (${FREE}) ORDER BY start_time LIMIT $4
             ) AS slot`,
            [providers, clock.now(), from, first],
          );
          return providers.map((locator) => rows.filter((row) => row.provider_locator === locator));
        });
        loaders.set(key, loader);
      }
      return loader.load(provider);
    },
  };
}
