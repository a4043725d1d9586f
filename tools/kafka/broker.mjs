#!/usr/bin/env node
/**
 * A real Apache Kafka 4 broker for tests and benches: one node in KRaft mode from Maven Central, in a temporary folder, on free ports. `node broker.mjs` starts
 * one and prints its address until Ctrl-C; tests import `startBroker`. Nothing of it is installed: Maven keeps the jars in its own cache, and only the list of
 * them is kept beside this file's temporary folder. Needs Java 17 and Maven.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Five seconds on an idle machine; a busy one takes its time. */
const START_MS_MAX = 150_000;
const STOP_MS_MAX = 20_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Why no broker can be started on this machine; undefined when one can. */
export function whyNoBroker() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.error) return 'Java is missing (17 or newer is needed)';
  const major = Number(/version "(\d+)/.exec(java.stderr)?.[1] ?? 0);
  if (major < 17) return `Java 17 or newer is needed; this is ${major}`;
  if (spawnSync('mvn', ['-v']).error) return 'Maven is missing';
  return undefined;
}

/** The broker's classpath; asked of Maven once for each content of the pom. */
function classpath() {
  const pom = join(dirname(fileURLToPath(import.meta.url)), 'pom.xml');
  const key = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'olly-kafka');
  const file = join(cache, `classpath-${key}`);
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  if (known?.split(':').every((jar) => existsSync(jar))) return known;
  mkdirSync(cache, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  const args = ['-B', '-q', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${fresh}`];
  const { status, stdout, stderr } = spawnSync('mvn', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Maven could not resolve the broker:\n${stdout}${stderr}`.slice(0, 4000));
  renameSync(fresh, file);
  return readFileSync(file, 'utf8').trim();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** One node that is broker and controller; groups start at once, and topics are only made by who names them. */
function properties(dir, port, controllerPort) {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(dir, 'data').replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'log.cleaner.enable': false,
  }).map(([key, value]) => `${key}=${value}`).join('\n');
}

/** Waits until this node speaks and is unfenced; by then its listener answers. */
async function untilReady(port, hasEnded, logFile) {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline && !hasEnded()) {
    if (await accepts(port)) return;
    await pause(50);
  }
  throw new Error(`The broker did not start. Its last words:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
}

/** Formats the node's storage, as Kafka's own tool does. */
function format(java, config) {
  const { status, stdout, stderr } = spawnSync('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', randomBytes(16).toString('base64url'), '-c', config], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The broker's storage could not be prepared:\n${stdout}${stderr}`.slice(0, 4000));
}

/** One node: its process comes and goes, its folder and its port stay. */
class Broker {
  #dir = mkdtempSync(join(tmpdir(), 'olly-kafka-'));
  #java;
  #config = join(this.#dir, 'server.properties');
  #port;
  #child;
  #ended = Promise.resolve();
  #isRunning = false;
  #onExit = () => {
    if (this.#isRunning) this.#child.kill('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true });
  };

  constructor(jars, port, controllerPort) {
    this.#java = ['-Xms192m', '-Xmx512m', '-XX:+UseSerialGC', '-Xshare:auto', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true', '-cp', jars];
    this.#port = port;
    this.brokers = [`127.0.0.1:${port}`];
    writeFileSync(this.#config, properties(this.#dir, port, controllerPort));
    format(this.#java, this.#config);
    process.once('exit', this.#onExit);
  }

  async launch() {
    const logFile = join(this.#dir, 'broker.log');
    const log = openSync(logFile, 'a');
    this.#child = spawn('java', [...this.#java, 'kafka.Kafka', this.#config], { stdio: ['ignore', log, log], cwd: this.#dir });
    closeSync(log);
    this.#isRunning = true;
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve)).then(() => {
      this.#isRunning = false;
    });
    await untilReady(this.#port, () => !this.#isRunning, logFile);
  }

  async #end(signal) {
    if (!this.#isRunning) return;
    this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await this.#ended;
    clearTimeout(late);
  }

  /** kill -9. */
  kill() {
    return this.#end('SIGKILL');
  }

  /** The same node again, on its data and its port. */
  async restart() {
    await this.#end('SIGTERM');
    await this.launch();
  }

  async stop() {
    await this.#end('SIGTERM');
    process.off('exit', this.#onExit);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/**
 * Starts a broker. `kill()` is a kill -9, `restart()` starts the same node on the same data and address again, `stop()` ends it and removes its folder. It ends with the
 * process that started it.
 */
export async function startBroker() {
  const problem = whyNoBroker();
  if (problem) throw new Error(`No Kafka broker: ${problem}.`);
  const broker = new Broker(classpath(), await freePort(), await freePort());
  try {
    await broker.launch();
  } catch (error) {
    await broker.kill();
    await broker.stop();
    throw error;
  }
  return broker;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const broker = await startBroker();
  console.log(`KAFKA_BROKERS=${broker.brokers.join(',')}`);
  const end = async () => {
    await broker.stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}
