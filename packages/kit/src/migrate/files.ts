/**
 * The files of a `migrations` folder and their hashes. A migration is never edited once merged: CHECKSUMS beside the files says what
 * each one was, is committed with it and compared at every start. Numbers run from 1 without a gap.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { type Migration, MigrationError, parseMigration, versionOf } from './parse.ts';

const CHECKSUMS = 'CHECKSUMS';
const shown = (path: string): string => relative(process.cwd(), path) || path;

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path, 'utf8').replaceAll('\r\n', '\n')).digest('hex');

/** The paths of a folder's migrations in order. Throws on two of one number, and on a gap. */
function listFiles(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const files = readdirSync(dir).filter((name) => name.endsWith('.sql')).sort();
  const ordered = files.map((name) => ({ path: join(dir, name), version: versionOf(shown(join(dir, name))) })).sort((a, b) => a.version - b.version);
  ordered.forEach(({ path, version }, index) => {
    if (version === index + 1) return;
    const why = version <= index ? `two migrations have the number ${version}` : `migration ${index + 1} is missing before it`;
    throw new MigrationError(`${shown(path)}:1: ${why}`);
  });
  return ordered.map(({ path }) => path);
}

/** Parses a folder's migrations in order. */
export const readMigrations = (dir: string): Migration[] => listFiles(dir).map((path) => parseMigration(shown(path), readFileSync(path, 'utf8')));

function readChecksums(dir: string): Map<string, string> {
  const path = join(dir, CHECKSUMS);
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8').split('\n').filter((line) => line.trim());
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** Throws when a file is not what CHECKSUMS says, is not named there, or is named there and gone. */
export function verifyChecksums(dir: string): void {
  const recorded = readChecksums(dir);
  for (const path of listFiles(dir)) {
    const name = basename(path);
    const hash = recorded.get(name);
    if (hash === undefined) throw new MigrationError(`${shown(path)}:1: not in ${CHECKSUMS}; add it with "pnpm migrate checksums"`);
    if (hash !== hashOf(path)) throw new MigrationError(`${shown(path)}:1: edited after it was merged; write a new migration instead`);
    recorded.delete(name);
  }
  const gone = [...recorded.keys()][0];
  if (gone) throw new MigrationError(`${shown(join(dir, gone))}:1: named in ${CHECKSUMS}, but the file is gone`);
}

/** Writes CHECKSUMS for the files as they are. Lines are those of `sha256sum`, so that it checks them too. */
export function writeChecksums(dir: string): void {
  const lines = listFiles(dir).map((path) => `${hashOf(path)}  ${basename(path)}\n`);
  if (lines.length > 0) writeFileSync(join(dir, CHECKSUMS), lines.join(''));
}

/** One hash over a folder's migrations, for caches keyed by their content. */
export function hashOfMigrations(dir: string): string {
  const hash = createHash('sha256');
  for (const path of listFiles(dir)) hash.update(`${basename(path)}\0${hashOf(path)}\n`);
  return hash.digest('hex');
}
