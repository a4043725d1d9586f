/**
 * Which channels tell a party something. Pure. The inbox is always filled; beside it goes one message by the first channel that is allowed, set up and has an address, beginning
 * with the preferred one. What is not sent on purpose is part of the plan too, with the reason. Nobody is told twice by different channels, unless one has failed.
 */
import type { Outbound } from '../channels/channel.ts';
import type { Channel } from '../mappers.ts';
import { isWanted, type PreferenceValues } from '../preferences/preferences.ts';
import { isCritical, type NotificationEvent } from './events.ts';

export type SuppressionReason = 'OPTED_OUT' | 'NO_ADDRESS' | 'CHANNEL_NOT_SET_UP';

export interface Step {
  readonly channel: Channel;
  /** Null: it is sent. */
  readonly suppressed: SuppressionReason | null;
}

export interface Reach {
  /** Addresses by channel; without one the channel does not reach the party. */
  readonly addresses: Readonly<Partial<Record<Outbound, string>>>;
  readonly configured: readonly Outbound[];
}

/** In which order channels are tried when the preferred one cannot be used. */
const ORDER: readonly Outbound[] = ['EMAIL', 'SMS', 'PUSH'];

/** The addresses of a party: those given for notifications, else its own. */
export function addressesOf(preferences: Pick<PreferenceValues, 'email' | 'phone' | 'push_token'>, contact: { email?: string | null; phone?: string | null }): Reach['addresses'] {
  const entries = { EMAIL: preferences.email ?? contact.email, SMS: preferences.phone ?? contact.phone, PUSH: preferences.push_token };
  return Object.fromEntries(Object.entries(entries).filter(([, address]) => address));
}

function hindrance(channel: Outbound, { addresses, configured }: Reach): SuppressionReason | null {
  if (!configured.includes(channel)) return 'CHANNEL_NOT_SET_UP';
  return addresses[channel] ? null : 'NO_ADDRESS';
}

/** The order for one party: the preferred channel, then the others. Who prefers the inbox gets critical news by another way as well. */
function orderOf(event: NotificationEvent, preferred: Channel): readonly Outbound[] {
  if (preferred === 'IN_APP') return isCritical(event) ? ORDER : [];
  return [preferred, ...ORDER.filter((channel) => channel !== preferred)];
}

/** What is to be done, the inbox first. */
export function planOf(event: NotificationEvent, preferences: Pick<PreferenceValues, 'preferred_channel' | 'opted_out_events'>, reach: Reach): Step[] {
  const order = orderOf(event, preferences.preferred_channel);
  if (!isWanted(event, preferences)) return (['IN_APP', ...order.slice(0, 1)] as Channel[]).map((channel) => ({ channel, suppressed: 'OPTED_OUT' }));
  const steps: Step[] = [{ channel: 'IN_APP', suppressed: null }];
  const next = order.find((channel) => hindrance(channel, reach) === null);
  const [first] = order;
  if (first && first !== next) steps.push({ channel: first, suppressed: hindrance(first, reach) });
  if (next) steps.push({ channel: next, suppressed: null });
  return steps;
}

/** The channel to fall back to when one has failed for good: the next one that reaches the party and was not used yet; null when there is none. */
export function fallbackOf(event: NotificationEvent, preferred: Channel, reach: Reach, used: readonly Channel[]): Outbound | null {
  return orderOf(event, preferred).find((channel) => !used.includes(channel) && hindrance(channel, reach) === null) ?? null;
}
