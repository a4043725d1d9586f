/**
 * The gateways that we compare with and do not ship. They are installed into a folder of their own under the data folder, once, when a bench
 * asks for them; `start` and `test` never do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PEERS = { graphql: '16.15.0', '@graphql-hive/gateway': '2.15.1', '@graphql-hive/router-runtime': '1.4.23' };

/** The folder with the peers, installed by npm without running anybody's scripts. */
export function installPeers(): { dir: string; versions: string } {
  const dataDir = process.env.OLLY_DATA_DIR ?? join(import.meta.dirname, '../../.olly');
  const dir = join(dataDir, 'peers');
  const versions = Object.entries(PEERS).flatMap(([name, version]) => (name === 'graphql' ? [] : [`${name} ${version}`])).join(' with ');
  if (!Object.keys(PEERS).every((name) => existsSync(join(dir, 'node_modules', name, 'package.json')))) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'olly-bench-peers', private: true, dependencies: PEERS }, null, 2));
    const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'], { cwd: dir, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The peers could not be installed:\n${stderr}`);
  }
  return { dir, versions };
}
