/**
 * Push messages by Firebase Cloud Messaging's HTTP v1 API. The service account signs a JWT and gets a token for an hour, which is kept until shortly before it ends. Like a text,
 * a push message stands on a locked screen: the heading only.
 */
import { createSign } from 'node:crypto';
import { z } from 'zod';
import { type ChannelAdapter, ChannelFailure, post } from './channel.ts';

/** The file that Google gives out for a service account; other fields are ignored. `api_url` is for tests. */
const serviceAccount = z.object({ project_id: z.string(), client_email: z.string(), private_key: z.string(), token_uri: z.url(), api_url: z.url().default('https://fcm.googleapis.com') });
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const EARLY_MS = 60_000;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The channel of a service account, given as the JSON of its file. Throws when it is none. */
export function pushChannel(json: string): ChannelAdapter {
  const account = serviceAccount.parse(JSON.parse(json));
  let token: { readonly text: string; readonly until: number } | undefined;

  async function accessToken(): Promise<string> {
    // real time, not the business clock: Google's token ends when it ends
    const now = Date.now();
    if (token && now < token.until) return token.text;
    const seconds = Math.floor(now / 1000);
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: account.client_email, scope: SCOPE, aud: account.token_uri, iat: seconds, exp: seconds + 3_600 })}`;
    const assertion = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(account.private_key, 'base64url')}`;
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString();
    const answer = z.object({ access_token: z.string(), expires_in: z.number() }).safeParse(await post('PUSH', account.token_uri, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }));
    if (!answer.success) throw new ChannelFailure('PUSH_TOKEN_REFUSED', false);
    token = { text: answer.data.access_token, until: now + answer.data.expires_in * 1_000 - EARLY_MS };
    return token.text;
  }

  return {
    async send({ address, subject, locator }) {
      const headers = { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' };
      const message = { token: address, notification: { title: subject }, data: { notification: locator } };
      await post('PUSH', `${account.api_url}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`, { headers, body: JSON.stringify({ message }) });
    },
  };
}
