/** `serve <service>`: one subgraph alone, on PORT. Migrates its database first where it is given the owner's URL or the cluster's. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProcesses } from '../build/build.ts';
import { runAlone } from '../processes/child.ts';
import type * as Process from '../processes/subgraphs.ts';
import { root } from '../repository.ts';
import { aloneSettings, oneService } from '../start/alone.ts';
import { migrateService } from '../start/databases.ts';

export default async function command(args: readonly string[]): Promise<void> {
  const name = oneService(args, 'serve');
  const { settings, secret, urls } = aloneSettings();
  await migrateService(name, process.env);
  const { startSubgraphs } = (await import(pathToFileURL(join(await buildProcesses(), 'subgraphs.js')).href)) as typeof Process;
  await runAlone(() => startSubgraphs({ root, names: [name], secret, urls, ports: { [name]: settings.PORT }, host: settings.HOST }));
}
