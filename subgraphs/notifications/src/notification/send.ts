/**
 * The job that sends one notification and notes the try. A temporary failure throws, and the job comes back with a growing pause, sixteen tries at most; after that, or when refused for
 * good, it has failed and the next channel that reaches the party takes over. The address is asked for at each try: it may have been corrected, or erased.
 */
import { transaction } from '@olly/kit/postgres';
import { ChannelFailure, type Outbound } from '../channels/channel.ts';
import type { NotificationRow } from '../mappers.ts';
import { DEFAULTS } from '../preferences/preferences.ts';
import { findPreferences } from '../preferences/store.ts';
import { type Notifier, reachOf } from './origin.ts';
import { fallbackOf, type Reach } from './plan.ts';
import { findNotification, insertNotification, recordAttempt, usedChannels } from './store.ts';
import { enqueueSending } from './tell.ts';

/** With pauses that grow to six hours this is a day and a half: a mail server may be away for a night, and one that refuses a third of everything lets one in forty million through to the end. */
export const TRIES_MAX = 16;

/** Sends what is pending. Throws for another try. */
export async function send(notifier: Notifier, { id }: { readonly id?: unknown }): Promise<void> {
  const row = await findNotification(notifier.pool, String(id));
  if (row?.status !== 'PENDING') return;
  const preferences = (await findPreferences(notifier.pool, row.party_id)) ?? DEFAULTS;
  const [contact] = await notifier.ports.contacts([row.party_locator]);
  const reach: Reach = contact ? reachOf(notifier, preferences, contact) : { addresses: {}, configured: [] };
  const failure = await hand(notifier, row, reach);
  if (!failure) {
    await transaction(notifier.pool, (tx) => recordAttempt(tx, notifier, row.id, 'SENT', null));
    return;
  }
  const isLast = failure.isPermanent || row.attempt_count + 1 >= TRIES_MAX;
  await transaction(notifier.pool, async (tx) => {
    const isRecorded = await recordAttempt(tx, notifier, row.id, isLast ? 'FAILED' : 'RETRY', failure.reason);
    if (!isRecorded || !isLast) return;
    const channel = fallbackOf(row.event_type, preferences.preferred_channel, reach, await usedChannels(tx, row.event_id, row.party_id));
    const next = channel && (await insertNotification(tx, notifier, { ...again(row), channel }));
    if (next) await enqueueSending(tx, next.id);
  });
  if (!isLast) throw failure;
}

const again = (row: NotificationRow) => ({
  eventId: row.event_id,
  party: { id: row.party_id, locator: row.party_locator },
  event: row.event_type,
  reference: row.subject_locator,
  status: 'PENDING' as const,
  isCritical: row.is_critical,
  subject: row.subject,
  body: row.body,
  reason: null,
});

/** Hands the message to its channel; answers the failure, if any. */
async function hand({ channels }: Notifier, row: NotificationRow, reach: Reach): Promise<ChannelFailure | null> {
  const channel = row.channel as Outbound;
  const [adapter, address] = [channels[channel], reach.addresses[channel]];
  if (!adapter) return new ChannelFailure('CHANNEL_NOT_SET_UP', true);
  if (!address) return new ChannelFailure('NO_ADDRESS', true);
  try {
    await adapter.send({ key: `${row.event_id}.${row.party_id}.${channel.toLowerCase()}`, locator: row.locator, address, subject: row.subject, body: row.body });
    return null;
  } catch (error) {
    return error instanceof ChannelFailure ? error : new ChannelFailure('CHANNEL_BROKEN', false);
  }
}
