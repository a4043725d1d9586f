/**
 * The running system: PostgreSQL, the databases, and three processes that are kept alive. Started in the order of what needs what, with the code loading while the
 * databases are made ready; stopped the other way: the gateway takes nothing new, then workers, subgraphs, and PostgreSQL last.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@olly/kit/config';
import { connect, type EmbeddedPostgres, startEmbedded } from '@olly/kit/postgres';
import { portals } from '../build/build.ts';
import { writeWhenChanged } from '../generate/files.ts';
import type { GatewayConfig } from '../processes/gateway.ts';
import type { SubgraphsConfig, SubgraphsReady } from '../processes/subgraphs.ts';
import type { WorkersConfig } from '../processes/workers.ts';
import { hasMigrations, inRoot, root, runnable } from '../repository.ts';
import { dataDir, type RunFile, runFile } from '../running.ts';
import { dropDatabases, prepareDatabases } from './databases.ts';
import { isAlive } from './leftovers.ts';
import { ManagedProcess } from './processes.ts';

const WATCH_MS = 1_000;
/** 13 services with 5 connections, their workers with 2, relays, the log, and room to look in. */
const CONNECTIONS_MAX = 400;

export interface SystemOptions {
  readonly settings: Settings;
  readonly secret: string;
  /** The process bundles and the supergraph, as `build` has made them. */
  readonly folder: string;
  readonly supergraphPath: string;
  readonly say: (line: string) => void;
}

export class System {
  readonly #options: SystemOptions;
  readonly #names = runnable();
  #postgres: EmbeddedPostgres | undefined;
  /** The newest start of PostgreSQL; a stop in the middle of it waits for it. */
  #starting: Promise<EmbeddedPostgres> | undefined;
  #clusterUrl = '';
  #subgraphs: ManagedProcess<SubgraphsConfig, SubgraphsReady> | undefined;
  #workers: ManagedProcess<WorkersConfig, { controlUrl: string }> | undefined;
  #gateway: ManagedProcess<GatewayConfig, { url: string }> | undefined;
  #subgraphsReady: SubgraphsReady = { urls: {}, controlUrl: '' };
  #workersUrl = '';
  #url = '';
  #watch: NodeJS.Timeout | undefined;
  #resets = 0;

  constructor(options: SystemOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#url;
  }

  get clusterUrl(): string {
    return this.#clusterUrl;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** PostgreSQL: the one of DATABASE_URL, else our own. */
  async startPostgres(): Promise<void> {
    const given = this.#options.settings.DATABASE_URL;
    if (given) {
      this.#clusterUrl = given;
      await connect(given, 'olly-start').then((client) => client.end());
      return;
    }
    this.#starting = startEmbedded({ dir: join(dataDir(), 'postgres'), maxConnections: CONNECTIONS_MAX, onNotice: this.#options.say });
    this.#postgres = await this.#starting;
    this.#clusterUrl = this.#postgres.url;
  }

  /** Makes the processes and lets them load their code. */
  load(): void {
    const { folder, secret, settings, supergraphPath, say } = this.#options;
    const env = { ...process.env, OLLY_ROOT: root, OLLY_DATA_DIR: dataDir(), SERVICE_SECRET: secret, DATABASE_URL: this.#clusterUrl };
    const common = { folder, dataDir: dataDir(), env, say };
    const names = this.#names;
    this.#subgraphs = new ManagedProcess({
      ...common,
      name: 'subgraphs',
      config: () => ({ root, names, secret, ports: this.#ports(), controlPort: portOf(this.#subgraphsReady.controlUrl) }),
      onRestart: () => this.#writeRun(),
    });
    this.#workers = new ManagedProcess({
      ...common,
      name: 'workers',
      config: () => ({ names, secret, urls: this.#subgraphsReady.urls, hasMailSink: settings.NODE_ENV !== 'production', controlPort: portOf(this.#workersUrl) }),
      onRestart: () => this.#writeRun(),
    });
    this.#gateway = new ManagedProcess({
      ...common,
      name: 'gateway',
      config: () => ({
        root, port: settings.PORT, host: settings.HOST, dataDir: dataDir(), secret, urls: this.#subgraphsReady.urls, supergraphPath,
        metricsUrls: [this.#workersUrl, this.#subgraphsReady.controlUrl],
        sites: portals().map((name) => ({ prefix: `/${name}`, dir: inRoot('portals', name, 'dist') })),
      }),
      onRestart: () => this.#writeRun(),
    });
    for (const one of [this.#subgraphs, this.#gateway, this.#workers]) one.load();
  }

  prepare(): Promise<void> {
    return prepareDatabases(this.#clusterUrl, undefined, this.#names.filter(hasMigrations));
  }

  /** Starts what was loaded; the gateway last, so that it answers when it listens. */
  async run(): Promise<void> {
    if (!this.#subgraphs || !this.#workers || !this.#gateway) throw new Error('Nothing is loaded.');
    this.#subgraphsReady = await this.#subgraphs.ready();
    this.#workersUrl = (await this.#workers.ready()).controlUrl;
    this.#url = (await this.#gateway.ready()).url;
    this.#writeRun();
    this.#watch = setInterval(() => this.#watchPostgres(), WATCH_MS);
    this.#watch.unref();
  }

  #ports(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#subgraphsReady.urls).map(([name, url]) => [name, Number(new URL(url).port)]));
  }

  #watchPostgres(): void {
    const postgres = this.#postgres;
    if (!postgres || isAlive(postgres.pid)) return;
    this.#postgres = undefined;
    this.#options.say('PostgreSQL ended; it is started again.');
    this.#starting = startEmbedded({ dir: join(dataDir(), 'postgres'), maxConnections: CONNECTIONS_MAX, port: postgres.port });
    this.#starting.then(
      (again) => {
        this.#postgres = again;
        this.#writeRun();
      },
      (error: Error) => {
        this.#options.say(error.message);
        this.#postgres = postgres;
      },
    );
  }

  #writeRun(): void {
    const run: RunFile = {
      url: this.#url,
      databaseUrl: this.#clusterUrl,
      serviceSecret: this.#options.secret,
      subgraphs: this.#subgraphsReady.urls,
      control: { subgraphs: this.#subgraphsReady.controlUrl, workers: this.#workersUrl },
      processes: {
        supervisor: process.pid,
        ...(this.#gateway?.pid && { gateway: this.#gateway.pid }),
        ...(this.#subgraphs?.pid && { subgraphs: this.#subgraphs.pid }),
        ...(this.#workers?.pid && { workers: this.#workers.pid }),
        ...(this.#postgres && { postgres: this.#postgres.pid }),
      },
      resets: this.#resets,
    };
    writeWhenChanged(runFile(), `${JSON.stringify(run, null, 2)}\n`);
    chmodSync(runFile(), 0o600);
  }

  /** Stops the processes, PostgreSQL stays. */
  async #stopProcesses(): Promise<void> {
    clearInterval(this.#watch);
    await this.#gateway?.stop();
    await this.#workers?.stop();
    await this.#subgraphs?.stop();
  }

  /** Empties the demo in place; `seed` fills it again before the reset counts as done. */
  async reset(seed: () => Promise<unknown>): Promise<void> {
    await this.#stopProcesses();
    await dropDatabases(this.#clusterUrl);
    this.load();
    await this.prepare();
    await this.run();
    await seed();
    this.#resets += 1;
    this.#writeRun();
  }

  async stop(): Promise<void> {
    await this.#stopProcesses();
    await (await this.#starting?.catch(() => undefined))?.stop();
  }

  /** For somebody who does not want to wait. */
  kill(): void {
    for (const one of [this.#gateway, this.#workers, this.#subgraphs]) one?.kill();
  }
}

const portOf = (url: string): number | undefined => (url ? Number(new URL(url).port) : undefined);

/** The secret that signs requests: given, or made once and kept in the data folder. */
export function serviceSecret(settings: Settings): string {
  if (settings.SERVICE_SECRET) return settings.SERVICE_SECRET;
  const file = join(dataDir(), 'service-secret');
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
