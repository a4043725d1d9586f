#!/usr/bin/env node
/**
 * `node scripts/olly.mjs <command>`: the way into every command. Plain Node, because on a fresh clone nothing is built yet: it bundles the
 * command line when its sources have changed (a hash, so a warm call costs milliseconds) and hands over.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, hashOfSources } from './bundle.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Olly needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.env.OLLY_ROOT ??= root;
const folder = await bundle({
  dist: join(root, 'packages/cli/dist'),
  name: 'main',
  hash: hashOfSources(root, ['packages/cli/src', 'packages/kit/src', 'scripts']),
  entryPoints: [join(root, 'packages/cli/src/main.ts')],
});
const { run } = await import(pathToFileURL(join(folder, 'main.js')).href);
await run(process.argv.slice(2));
