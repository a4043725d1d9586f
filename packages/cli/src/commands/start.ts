/**
 * `pnpm start`: everything on one machine. Generates and builds what is stale, starts PostgreSQL, prepares the databases, starts the processes, seeds an empty system,
 * and stays: a process that dies is started again; Ctrl-C drains and stops all, a second Ctrl-C does not wait.
 */
import { createServer } from 'node:net';
import { readSettings, type Settings } from '@olly/kit/config';
import { Listr } from 'listr2';
import { buildPortal, buildProcesses, buildSupergraph, portals } from '../build/build.ts';
import { PERSONAS } from '../demo/personas.ts';
import { seed } from '../demo/seeding.ts';
import { SUBGRAPHS } from '../repository.ts';
import { dataDir, readRun } from '../running.ts';
import { endOrphans, leaveDataDir, takeDataDir } from '../start/leftovers.ts';
import { serviceSecret, System } from '../start/system.ts';
import { generateFor } from './generate.ts';

/** Throws before anything else is done when the gateway's port is taken. */
function checkPort({ PORT, HOST }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new Error(`Port ${PORT} is taken. Set PORT to another one.`) : error));
    server.listen(PORT, HOST, () => server.close(() => resolve()));
  });
}

interface Work {
  readonly title: string;
  run(say: (line: string) => void): Promise<unknown>;
}

/** On a terminal a list that ticks itself off; otherwise a line a step. */
async function workThrough(works: readonly Work[]): Promise<void> {
  if (process.stdout.isTTY) {
    const tasks = works.map(({ title, run }) => ({ title, task: async (_: unknown, task: { output: string }) => void (await run((line) => { task.output = line; })) }));
    await new Listr(tasks, { concurrent: false, registerSignalListeners: false, rendererOptions: { collapseSubtasks: true } }).run();
    return;
  }
  for (const { title, run } of works) {
    const startedAt = Date.now();
    await run(console.log);
    console.log(`${title} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
}

function worksOf(system: { current?: System }, settings: Settings, say: (line: string) => void): readonly Work[] {
  const running = (): System => system.current as System;
  const secret = serviceSecret(settings);
  return [
    {
      title: 'Generated and built',
      async run(line) {
        await generateFor(SUBGRAPHS, false, line);
        const folder = await buildProcesses();
        const supergraphPath = await buildSupergraph();
        for (const name of portals()) if (await buildPortal(name)) line(`built portals/${name}`);
        system.current = new System({ settings, secret, folder, supergraphPath, say });
      },
    },
    { title: settings.DATABASE_URL ? 'PostgreSQL is reached' : 'PostgreSQL is started', run: () => running().startPostgres() },
    {
      title: 'Databases are ready',
      run: () => {
        running().load();
        return running().prepare();
      },
    },
    { title: 'Gateway, subgraphs and workers are started', run: () => running().run() },
    {
      title: 'Demo data is looked after',
      run: (line) => seedInto(running(), secret, line),
    },
  ];
}

/** Fills an empty system with the demo's data. */
function seedInto(system: System, secret: string, say: (line: string) => void): Promise<boolean> {
  const { url, clusterUrl } = system;
  return seed({ url, env: { ...process.env, DATABASE_URL: clusterUrl }, dataDir: dataDir(), secret, subgraphs: readRun()?.subgraphs ?? {}, say });
}

function tellWhereThingsAre(system: System, settings: Settings): void {
  const { url } = system;
  const isDemo = settings.NODE_ENV !== 'production' && settings.OIDC_ISSUER === undefined;
  const lines = [
    '',
    'Olly runs.',
    `  GraphQL      ${url}/graphql`,
    ...portals().map((name) => `  ${`${name[0]?.toUpperCase()}${name.slice(1)}`.padEnd(12)} ${url}/${name}`),
    `  Health       ${url}/healthz  ${url}/readyz  ${url}/metrics`,
    `  Data, logs   ${dataDir()}`,
    ...(isDemo ? [`  Demo logins  ${Object.keys(PERSONAS).join(', ')}: pnpm demo:token <login> prints a token`] : []),
    'Ctrl-C stops it.',
  ];
  console.log(lines.join('\n'));
}

export default async function command(): Promise<void> {
  const settings = readSettings();
  // A terminal that is gone must not end the system half way through its stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  takeDataDir();
  const system: { current?: System } = {};
  let signals = 0;
  const leave = async (code: number): Promise<never> => {
    await system.current?.stop();
    leaveDataDir();
    process.exit(code);
  };
  const onSignal = () => {
    signals += 1;
    if (signals === 1) {
      console.log('\nStopping: what runs is finished first.');
      void leave(0);
    } else if (signals === 2) system.current?.kill();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    await endOrphans();
    await checkPort(settings);
    await workThrough(worksOf(system, settings, console.log));
    if (signals > 0) return;
    tellWhereThingsAre(system.current as System, settings);
    process.on('SIGUSR2', () => {
      if (settings.NODE_ENV === 'production') return;
      console.log('The demo is reset.');
      system.current?.reset(() => seedInto(system.current as System, serviceSecret(settings), () => {})).catch((error: Error) => {
        console.error(error.message);
        void leave(1);
      });
    });
  } catch (error) {
    if (signals > 0) return;
    console.error((error as Error).message);
    if (process.env.OLLY_DEBUG) console.error(error);
    await leave(1);
  }
}
