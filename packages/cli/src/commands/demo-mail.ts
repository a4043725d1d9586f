/** `pnpm demo:mail [count]`: shows the newest e-mail that the demo's mail server has taken in, oldest first. */
import { connect, databaseUrl } from '@olly/kit/postgres';
import { requireDatabases, runningEnvironment } from '../running.ts';

interface Mail {
  readonly received_at: Date;
  readonly sender: string;
  readonly recipients: string;
  readonly subject: string;
  readonly text: string;
}

export default async function command([count = '20']: readonly string[]): Promise<void> {
  const limit = Number(count);
  if (!Number.isInteger(limit) || limit < 1) throw new Error('Say: pnpm demo:mail [how many]');
  requireDatabases();
  const platform = await connect(databaseUrl('olly_platform', 'service', runningEnvironment()), 'olly-mail');
  const { rows } = await platform.query<Mail>('SELECT received_at, sender, recipients, subject, text FROM mails ORDER BY id DESC LIMIT $1', [limit]).finally(() => platform.end());
  if (rows.length === 0) console.log('Nothing has been received.');
  for (const { received_at, sender, recipients, subject, text } of rows.reverse()) {
    console.log(`${received_at.toISOString()}\nFrom:    ${sender}\nTo:      ${recipients}\nSubject: ${subject}\n\n${text.trim()}\n${'-'.repeat(60)}`);
  }
}
