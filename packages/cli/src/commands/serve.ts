/** `serve <service>`: one subgraph alone, on PORT. Migrates its database first when it may (DATABASE_URL, or the owner's URL). */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProcesses } from '../build/build.ts';
import { runAlone } from '../processes/child.ts';
import type * as Process from '../processes/subgraphs.ts';
import { root } from '../repository.ts';
import { aloneSettings, oneService } from '../start/alone.ts';

export default async function command(args: readonly string[]): Promise<void> {
  const name = oneService(args, 'serve');
  const { settings, secret, urls } = aloneSettings();
  const { startSubgraphs } = (await import(pathToFileURL(join(await buildProcesses(), 'subgraphs.js')).href)) as typeof Process;
  await runAlone(() => startSubgraphs({ root, names: [name], secret, urls, ports: { [name]: settings.PORT }, host: settings.HOST }));
}
