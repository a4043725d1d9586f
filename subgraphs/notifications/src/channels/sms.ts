/** Text messages by Twilio's Messages resource (form-encoded, HTTP Basic). A text stands on a locked screen, so only the heading is sent; the rest is read in the portal. */
import { type ChannelAdapter, ChannelFailure, post } from './channel.ts';

export interface SmsOptions {
  readonly url: string;
  readonly account: string;
  readonly token: string;
  readonly from: string;
}

/** `+44 20 7946 0018` as E.164; a number without a country cannot be sent to. */
function e164(phone: string): string {
  const digits = phone.replace(/[^\d+]/g, '');
  if (!/^\+[1-9]\d{6,14}$/.test(digits)) throw new ChannelFailure('ADDRESS_INVALID', true);
  return digits;
}

export const smsChannel = ({ url, account, token, from }: SmsOptions): ChannelAdapter => ({
  async send({ address, subject, locator }) {
    const body = new URLSearchParams({ To: e164(address), From: from, Body: `${subject} (${locator})` }).toString();
    const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`;
    await post('SMS', `${url}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`, { headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' }, body });
  },
});
