/** What preferences may say, and when it is quiet. Pure. */
import { Refused } from '@olly/kit/errors';
import { isCritical, type NotificationEvent } from '../notification/events.ts';
import type { Channel, NotificationPreferencesRow } from '../mappers.ts';

/** Where nothing was ever set. */
export const DEFAULTS = { email: null, phone: null, push_token: null, preferred_channel: 'EMAIL', opted_out_events: [], language: null, time_zone: 'UTC', quiet_from: null, quiet_to: null } as const;

export type PreferenceValues = Omit<NotificationPreferencesRow, 'id' | 'party_id' | 'party_locator' | 'version'>;

export interface PreferenceChanges {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly pushToken?: string | null;
  readonly preferredChannel?: Channel | null;
  readonly optedOutEvents?: readonly NotificationEvent[] | null;
  readonly language?: string | null;
  readonly timeZone?: string | null;
  readonly quietFrom?: string | null;
  readonly quietTo?: string | null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const EMAIL = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\]]+$/;
const PHONE = /^\+?[\d ()./-]{5,30}$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** An address that is one address: no line break, no list, no header. Throws `Refused`. */
function emailOf(text: string): string {
  if (CONTROL.test(text) || text.length > 254 || !EMAIL.test(text)) throw new Refused('EMAIL_INVALID', 'email: not one e-mail address.', 'email');
  return text;
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The values after a change. Throws `Refused`. */
export function changed(before: PreferenceValues, changes: PreferenceChanges): PreferenceValues {
  const { email, phone, pushToken, preferredChannel, optedOutEvents, language, timeZone, quietFrom, quietTo } = changes;
  if (email != null) emailOf(email);
  if (phone != null && !PHONE.test(phone)) throw new Refused('PHONE_INVALID', 'phone: digits, spaces and a leading plus.', 'phone');
  if (pushToken != null && !/^[\w:.[\]-]{8,400}$/.test(pushToken)) throw new Refused('PUSH_TOKEN_INVALID', 'pushToken: not a device token.', 'pushToken');
  if (language != null && !/^[a-z]{2}$/.test(language)) throw new Refused('LANGUAGE_UNKNOWN', 'language: two letters of ISO 639-1.', 'language');
  if (timeZone != null && !isTimeZone(timeZone)) throw new Refused('TIME_ZONE_UNKNOWN', 'timeZone: an IANA name such as Europe/London.', 'timeZone');
  for (const [field, time] of [['quietFrom', quietFrom], ['quietTo', quietTo]] as const) {
    if (time != null && !TIME.test(time)) throw new Refused('QUIET_HOURS_INVALID', `${field}: HH:MM.`, field);
  }
  const after: PreferenceValues = {
    email: email === undefined ? before.email : email,
    phone: phone === undefined ? before.phone : phone,
    push_token: pushToken === undefined ? before.push_token : pushToken,
    preferred_channel: preferredChannel ?? before.preferred_channel,
    opted_out_events: optedOutEvents ? [...new Set(optedOutEvents)] : before.opted_out_events,
    language: language === undefined ? before.language : language,
    time_zone: timeZone ?? before.time_zone,
    quiet_from: quietFrom === undefined ? before.quiet_from : quietFrom,
    quiet_to: quietTo === undefined ? before.quiet_to : quietTo,
  };
  if ((after.quiet_from === null) !== (after.quiet_to === null) || (after.quiet_from !== null && minutes(after.quiet_from) === minutes(after.quiet_to))) {
    throw new Refused('QUIET_HOURS_INVALID', 'quietFrom and quietTo: both or neither, and not the same.', 'quietFrom');
  }
  if (after.preferred_channel === 'PUSH' && !after.push_token) throw new Refused('CHANNEL_WITHOUT_ADDRESS', 'preferredChannel: no device is known for push.', 'preferredChannel');
  return after;
}

/** Whether the party wants this told; critical news goes out in spite of an opt-out. */
export const isWanted = (event: NotificationEvent, preferences: Pick<PreferenceValues, 'opted_out_events'>): boolean => isCritical(event) || !preferences.opted_out_events.includes(event);

const MINUTES_OF_DAY = 24 * 60;

function minutes(time: string | null): number {
  const [hour = 0, minute = 0] = (time ?? '').split(':').map(Number);
  return hour * 60 + minute;
}

/**
 * How many minutes it is still quiet at a moment; 0 when it is not, or when there are no quiet hours. Hours that pass midnight are understood. Counted on the clock on the
 * wall: on the two nights when that is moved, an hour early or late.
 */
export function quietMinutes(moment: Date, { time_zone, quiet_from, quiet_to }: Pick<PreferenceValues, 'time_zone' | 'quiet_from' | 'quiet_to'>): number {
  if (quiet_from === null || quiet_to === null) return 0;
  const wall = minutes(new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(moment));
  const since = (wall - minutes(quiet_from) + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  const length = (minutes(quiet_to) - minutes(quiet_from) + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  return since < length ? length - since : 0;
}
