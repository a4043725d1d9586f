/**
 * The demo's mail server: takes in every message that the house sends and keeps it in the platform's database, so that `pnpm demo:mail` can show it. It delivers
 * nothing. Started with the workers when no SMTP_URL is set.
 */
import type { AddressInfo } from 'node:net';
import { createPool, databaseUrl } from '@olly/kit/postgres';
import type { Log } from '@olly/kit/server';
import { type AddressObject, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const BYTES_MAX = 10 * 1024 * 1024;

export interface MailSink {
  /** What SMTP_URL would say. */
  readonly url: string;
  stop(): Promise<void>;
}

const addresses = (found: AddressObject | AddressObject[] | undefined): string => [found ?? []].flat().map(({ text }) => text).join(', ');

export async function startMailSink(env: NodeJS.ProcessEnv, log: Log): Promise<MailSink> {
  const pool = createPool({ url: databaseUrl('olly_platform', 'service', env), name: 'olly-mail', max: 1 });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: BYTES_MAX,
    logger: false,
    onData(stream, _session, done) {
      simpleParser(stream)
        .then(({ from, to, subject = '', text = '', html }) =>
          pool.query('INSERT INTO mails (sender, recipients, subject, text, html) VALUES ($1, $2, $3, $4, $5)', [addresses(from), addresses(to), subject, text, html || null]),
        )
        .then(() => done(), () => done(new Error('The message could not be kept.')));
    },
  });
  server.on('error', (error) => log.warn({ err: error }, 'the mail sink had an error'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await pool.end();
    },
  };
}
