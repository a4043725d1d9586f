/** The channels that this installation has, by its configuration. Without any, everybody still has an inbox. */
import { readSettings, type Settings } from '@olly/kit/config';
import type { Channels } from './channel.ts';
import { emailChannel } from './email.ts';
import { pushChannel } from './push.ts';
import { smsChannel } from './sms.ts';

export type { Channels } from './channel.ts';

export function configuredChannels(settings: Settings = readSettings()): Channels {
  const { SMTP_URL, MAIL_FROM, SMS_URL, SMS_ACCOUNT, SMS_TOKEN, SMS_FROM, PUSH_SERVICE_ACCOUNT } = settings;
  return {
    ...(SMTP_URL && { EMAIL: emailChannel({ url: SMTP_URL, from: MAIL_FROM }) }),
    ...(SMS_ACCOUNT && SMS_TOKEN && SMS_FROM && { SMS: smsChannel({ url: SMS_URL, account: SMS_ACCOUNT, token: SMS_TOKEN, from: SMS_FROM }) }),
    ...(PUSH_SERVICE_ACCOUNT && { PUSH: pushChannel(PUSH_SERVICE_ACCOUNT) }),
  };
}
