#!/usr/bin/env node
/**
 * `node scripts/olly.mjs <command>`: the way into every command. Plain Node, because on a fresh clone nothing is built yet: it bundles the
 * command line when its sources have changed (a hash, so a warm call costs milliseconds) and hands over.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'packages/cli/dist');
const entry = join(root, 'packages/cli/src/main.ts');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Olly needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** A hash over the sources that end up in the command line's bundle. */
function hashOfSources() {
  const hash = createHash('sha256').update(process.version);
  for (const dir of ['packages/cli/src', 'packages/kit/src']) {
    for (const file of readdirSync(join(root, dir), { recursive: true }).map(String).sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      hash.update(file).update(readFileSync(join(root, dir, file)));
    }
  }
  return hash.digest('hex');
}

async function bundle() {
  const stamp = join(out, 'main.hash');
  const hash = hashOfSources();
  const main = join(out, 'main.js');
  if (existsSync(main) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return main;
  const { build } = await import('esbuild');
  mkdirSync(out, { recursive: true });
  // Commands may run side by side: each writes its own file and moves it into place whole.
  const fresh = join(out, `main.${process.pid}.js`);
  await build({
    entryPoints: [entry],
    outfile: fresh,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [
      {
        // Our own packages go into the bundle, everything else stays where it is installed.
        name: 'own-packages',
        setup(api) {
          api.onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith('@olly/') ? undefined : { path, external: true }));
        },
      },
    ],
  });
  renameSync(fresh, main);
  writeFileSync(stamp, hash);
  rmSync(`${fresh}.map`, { force: true });
  return main;
}

const main = await bundle();
process.env.OLLY_ROOT ??= root;
const { run } = await import(pathToFileURL(main).href);
await run(process.argv.slice(2));
