/** What the jobs of notifications work with. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool } from '@olly/kit/postgres';
import type { Channels, Outbound } from '../channels/channel.ts';
import type { NotificationPreferencesRow } from '../mappers.ts';
import type { Contact, Ports } from '../ports/ports.ts';
import type { PreferenceValues } from '../preferences/preferences.ts';
import { addressesOf, type Reach } from './plan.ts';

export interface Notifier extends EventOrigin {
  readonly pool: Pool;
  readonly ports: Ports;
  readonly channels: Channels;
}

export const TELL = 'tellNews';
export const SEND = 'sendNotification';

/** How a party can be reached from here. */
export const reachOf = ({ channels }: Notifier, preferences: PreferenceValues | NotificationPreferencesRow, contact: Contact): Reach => ({
  addresses: addressesOf(preferences, contact),
  configured: Object.keys(channels) as Outbound[],
});
