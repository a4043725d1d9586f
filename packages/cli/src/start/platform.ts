/**
 * The platform's own small database: what is true for the whole demo and belongs to no service. The business clock: how far it runs ahead of real time (tokens and
 * signatures never look at it, and production refuses to move it); who the demo's personas are; how far the seed has come; the e-mail that was taken in.
 */
import { connect, databaseUrl, installDatabase, roleName, roleUrl } from '@olly/kit/postgres';

export const PLATFORM = 'olly_platform';
const DAY_MS = 86_400_000;
/** Ten years either way; beyond it calendars, certificates and people are surprised. */
const OFFSET_MS_MAX = 3_660 * DAY_MS;

/** Makes the tables where they are missing. */
export async function preparePlatform(clusterUrl: string): Promise<void> {
  await installDatabase(clusterUrl, PLATFORM);
  const owner = await connect(roleUrl(clusterUrl, PLATFORM, 'owner'), 'olly-install');
  await owner.query(`
    CREATE TABLE IF NOT EXISTS clock (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), offset_ms bigint NOT NULL DEFAULT 0);
    INSERT INTO clock DEFAULT VALUES ON CONFLICT DO NOTHING;
    GRANT USAGE ON SCHEMA public TO ${roleName(PLATFORM, 'service')};
    CREATE TABLE IF NOT EXISTS personas (name text PRIMARY KEY, party_id uuid, party_locator text, acts_for jsonb NOT NULL DEFAULT '{}');
    CREATE TABLE IF NOT EXISTS seed_steps (step text PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE IF NOT EXISTS mails (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, received_at timestamptz NOT NULL DEFAULT now(), sender text NOT NULL, recipients text NOT NULL,
      subject text NOT NULL, text text NOT NULL, html text
    );
    GRANT SELECT, UPDATE ON clock TO ${roleName(PLATFORM, 'service')};
    GRANT SELECT, INSERT, UPDATE, DELETE ON personas, seed_steps, mails TO ${roleName(PLATFORM, 'service')};
  `).finally(() => owner.end());
}

/** Reads `+45d`, `-2h`, `+30m` as milliseconds, and `reset` as undefined. */
export function parseShift(text: string): number | undefined {
  if (text === 'reset') return undefined;
  const match = /^([+-])(\d{1,5})([dhm])$/.exec(text);
  if (!match) throw new Error('Say how far, for instance +45d, -2h or +30m; or reset.');
  const [, sign, count, unit] = match;
  const unitMs = unit === 'd' ? DAY_MS : unit === 'h' ? 3_600_000 : 60_000;
  return (sign === '-' ? -1 : 1) * Number(count) * unitMs;
}

/** Moves the business clock (undefined: back to real time) and answers its new offset in milliseconds. */
export async function moveClock(shiftMs: number | undefined, env: NodeJS.ProcessEnv): Promise<number> {
  if (env.NODE_ENV === 'production') throw new Error('The clock does not move in production.');
  const client = await connect(databaseUrl(PLATFORM, 'service', env), 'olly-clock');
  try {
    const { rows } = await client.query<{ offset_ms: string }>(
      'UPDATE clock SET offset_ms = CASE WHEN $1::bigint IS NULL THEN 0 ELSE offset_ms + $1::bigint END WHERE abs(offset_ms + coalesce($1::bigint, 0)) <= $2 RETURNING offset_ms',
      [shiftMs ?? null, OFFSET_MS_MAX],
    );
    if (!rows[0]) throw new Error('The clock stays within ten years of real time.');
    return Number(rows[0].offset_ms);
  } finally {
    await client.end();
  }
}
