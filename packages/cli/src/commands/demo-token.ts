/** `pnpm demo:token <persona>`: prints a token for the running demo. */
import { connect, databaseUrl } from '@olly/kit/postgres';
import { PERSONAS, tokenOf } from '../demo/personas.ts';
import { dataDir, requireDatabases, runningEnvironment } from '../running.ts';

export default async function command([persona]: readonly string[]): Promise<void> {
  if (!persona) throw new Error(`Say: pnpm demo:token <persona>. There are: ${Object.keys(PERSONAS).join(', ')}.`);
  requireDatabases();
  const platform = await connect(databaseUrl('olly_platform', 'service', runningEnvironment()), 'olly-token');
  console.log(await tokenOf(platform, dataDir(), persona).finally(() => platform.end()));
}
