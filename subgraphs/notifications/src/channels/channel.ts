/** What a channel is: it takes a message to an address, or says why not. A failure is temporary (worth another try) or permanent, and is named by a code, never by what a server wrote. */
import type { Channel } from '../mappers.ts';

export interface Message {
  /** The same for every try of one notification: what lets the other side know a message again. */
  readonly key: string;
  readonly locator: string;
  readonly address: string;
  readonly subject: string;
  readonly body: string;
}

export class ChannelFailure extends Error {
  override readonly name = 'ChannelFailure';
  constructor(
    /** For instance `SMTP_550`. */
    readonly reason: string,
    readonly isPermanent: boolean,
  ) {
    super(reason);
  }
}

export interface ChannelAdapter {
  /** Throws `ChannelFailure`. */
  send(message: Message): Promise<void>;
}

/** Channels that leave the house; the inbox is a row. */
export type Outbound = Exclude<Channel, 'IN_APP'>;
export type Channels = Readonly<Partial<Record<Outbound, ChannelAdapter>>>;

/** Too many requests and the server's own troubles pass; anything else that was refused is refused again. */
const isPermanentStatus = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Posts to a provider's API. Throws `ChannelFailure` with the status for anything but success. */
export async function post(channel: 'SMS' | 'PUSH', url: string, init: { headers: Record<string, string>; body: string }): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', ...init, redirect: 'error', signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new ChannelFailure(`${channel}_UNREACHABLE`, false);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new ChannelFailure(`${channel}_${response.status}`, isPermanentStatus(response.status));
  }
  return response.json().catch(() => null);
}
