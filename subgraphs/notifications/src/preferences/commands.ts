/** Changing how one wants to be told: one's own preferences only, and only from the version that was read. */
import { forbidden, Refused } from '@olly/kit/errors';
import { transaction } from '@olly/kit/postgres';
import type { Context } from '../context.ts';
import type { NotificationPreferencesRow } from '../mappers.ts';
import { changed, DEFAULTS, type PreferenceChanges } from './preferences.ts';
import { lockPreferences, savePreferences } from './store.ts';

/** Throws `Refused`. */
export async function updatePreferences(ctx: Context, { version, ...changes }: PreferenceChanges & { version: number }): Promise<NotificationPreferencesRow> {
  const { party } = ctx.identity;
  if (!party) throw forbidden('Only a party has notification preferences.');
  return transaction(ctx.pool, async (tx) => {
    const before = await lockPreferences(tx, party.id);
    if ((before?.version ?? 0) !== version) throw new Refused('CONFLICT', 'The preferences were changed meanwhile; read them again.', 'version');
    const saved = await savePreferences(tx, ctx, party, version, changed(before ?? DEFAULTS, changes));
    if (!saved) throw new Refused('CONFLICT', 'The preferences were changed meanwhile; read them again.', 'version');
    return saved;
  });
}
