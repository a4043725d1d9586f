/**
 * E-mail by SMTP, to any server. The Message-ID is made from event, party and channel, so that a message sent twice, because a worker died between sending and noting it, is one
 * to whoever reads it. Header fields are checked here as well, the last place before the wire.
 */
import { createTransport } from 'nodemailer';
import { type ChannelAdapter, ChannelFailure, type Message } from './channel.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const HEADER_BREAK = /[\u0000-\u001f\u007f]/;
const ONE_ADDRESS = /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/;

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

/** The domain of the sender, for message ids. */
const domainOf = (from: string): string => /@([^\s>]+)/.exec(from)?.[1] ?? 'olly.invalid';

const messageIdOf = (key: string, from: string): string => `<${key}@${domainOf(from)}>`;

function check({ address, subject }: Message): void {
  if (HEADER_BREAK.test(subject) || HEADER_BREAK.test(address)) throw new ChannelFailure('HEADER_INVALID', true);
  if (!ONE_ADDRESS.test(address)) throw new ChannelFailure('ADDRESS_INVALID', true);
}

/** A server that refuses (5xx) refuses again; one that is away or busy (4xx) may not be next time. */
function failureOf(error: SmtpError): ChannelFailure {
  if (error.responseCode) return new ChannelFailure(`SMTP_${error.responseCode}`, error.responseCode >= 500);
  return new ChannelFailure(`SMTP_${/^E[A-Z]+$/.test(error.code ?? '') ? error.code : 'FAILED'}`, false);
}

export function emailChannel({ url, from }: { url: string; from: string }): ChannelAdapter {
  const transport = createTransport({
    url,
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 15_000,
  });
  return {
    async send(message) {
      check(message);
      const { address, subject, body, key } = message;
      await transport.sendMail({ from, to: { name: '', address }, subject, text: body, messageId: messageIdOf(key, from), headers: { 'Auto-Submitted': 'auto-generated' } }).catch((error: SmtpError) => {
        throw failureOf(error);
      });
    },
  };
}
