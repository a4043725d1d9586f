/** `gateway`: the gateway alone, on PORT. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProcesses, buildSupergraph, portals } from '../build/build.ts';
import { runAlone } from '../processes/child.ts';
import type * as Process from '../processes/gateway.ts';
import { inRoot, root } from '../repository.ts';
import { dataDir } from '../running.ts';
import { aloneSettings } from '../start/alone.ts';

export default async function command(): Promise<void> {
  const { settings, secret, urls } = aloneSettings();
  const { startGatewayProcess } = (await import(pathToFileURL(join(await buildProcesses(), 'gateway.js')).href)) as typeof Process;
  const sites = portals().map((name) => ({ prefix: `/${name}`, dir: inRoot('portals', name, 'dist') }));
  const supergraphPath = await buildSupergraph();
  await runAlone(() => startGatewayProcess({ root, port: settings.PORT, host: settings.HOST, dataDir: dataDir(), secret, urls, supergraphPath, sites }));
}
