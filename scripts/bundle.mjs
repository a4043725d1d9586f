/**
 * Bundles our TypeScript for Node. Our own packages go into the bundle; everybody else's stays where it is installed and is named by its file, because a bundle
 * lies in one folder and its parts come from many, each with dependencies of its own. Used by `olly.mjs` for the command line and by `build` for the processes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const isBare = /^[^./]/;
const KEPT_MS = 24 * 60 * 60 * 1000;

const installedPackages = {
  name: 'installed-packages',
  setup(api) {
    api.onResolve({ filter: isBare }, async ({ path, resolveDir, kind, pluginData }) => {
      if (path.startsWith('node:') || path.startsWith('@olly/') || path.startsWith('olly:') || pluginData === 'resolving') return undefined;
      const found = await api.resolve(path, { resolveDir, kind, pluginData: 'resolving' });
      if (found.errors.length > 0 || found.external || !found.path) return { path, external: true };
      return { path: kind.startsWith('require') ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

/** A hash over source files below the given folders, over where they stand and over what is installed. */
export function hashOfSources(root, folders, more = '') {
  const hash = createHash('sha256').update(`2 ${root} ${more}`);
  const lock = join(root, 'pnpm-lock.yaml');
  if (existsSync(lock)) hash.update(readFileSync(lock));
  for (const folder of folders.filter((one) => existsSync(join(root, one)))) {
    for (const file of readdirSync(join(root, folder), { recursive: true }).map(String).sort()) {
      if (!/\.m?ts$/.test(file) || file.endsWith('.test.ts') || file.includes('node_modules')) continue;
      hash.update(`\0${folder}/${file}\0`).update(readFileSync(join(root, folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Bundles old enough that no command can still be loading from them. */
function sweep(dist, name) {
  for (const entry of readdirSync(dist)) {
    const path = join(dist, entry);
    if (entry.startsWith(`${name}-`) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Bundles the entries into `<dist>/<name>-<hash>`, unless that is there already, and answers the folder. It appears whole: commands may run side by side, and one that
 * is loading from an older bundle keeps it for a day.
 */
export async function bundle({ dist, name, hash, entryPoints, plugins = [] }) {
  const folder = join(dist, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  const { build } = await import('esbuild');
  mkdirSync(dist, { recursive: true });
  const fresh = join(dist, `${name}-${hash}.${process.pid}`);
  await build({
    entryPoints,
    outdir: fresh,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: [],
    sourcemap: 'linked',
    logLevel: 'error',
    plugins: [...plugins, installedPackages],
  });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Somebody else was faster with the same sources.
    if (!existsSync(folder)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  sweep(dist, name);
  return folder;
}
