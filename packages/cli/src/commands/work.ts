/** `work <service>`: its relay, projections and jobs alone; `/healthz` and `/metrics` on PORT. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProcesses } from '../build/build.ts';
import { runAlone } from '../processes/child.ts';
import type * as Process from '../processes/workers.ts';
import { aloneSettings, oneService } from '../start/alone.ts';

export default async function command(args: readonly string[]): Promise<void> {
  const name = oneService(args, 'work');
  const { settings, secret, urls } = aloneSettings();
  const { startWorkers } = (await import(pathToFileURL(join(await buildProcesses(), 'workers.js')).href)) as typeof Process;
  // The demo's mail server stands where mail is sent.
  await runAlone(() => startWorkers({ names: [name], secret, urls, hasMailSink: name === 'notifications' && settings.NODE_ENV !== 'production', controlPort: settings.PORT, host: settings.HOST }));
}
