/**
 * Walks what is installed and finds libraries whose `engines` shut out the oldest Node that the house supports. Installing does not stop for it, running might: the newest major
 * of several libraries needs Node 22. What is known to run all the same stands here with the reason.
 */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../repository.ts';

const OLDEST = [20, 19, 0] as const;

type Version = readonly [number, number, number];
const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** One comparator such as `>=22.1`, `^20.19.0`, `20.x` or `*`. */
function admits(comparator: string, version: Version): boolean {
  const match = /^(>=|<=|>|<|\^|~|=|v)*\s*v?(\d+|x|\*)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?/.exec(comparator);
  if (!match) return true;
  const [, operator = '', ...parts] = match;
  const isWild = (part?: string) => part === undefined || part === 'x' || part === '*';
  if (isWild(parts[0])) return true;
  const [major = 0, minor = 0, patch = 0] = parts.map((part) => (isWild(part) ? 0 : Number(part)));
  const order = compare(version, [major, minor, patch]);
  if (operator === '>=') return order >= 0;
  if (operator === '>') return order > 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '~') return order >= 0 && version[0] === major && (isWild(parts[1]) || version[1] === minor);
  return order >= 0 && version[0] === major;
}

/** True when a range such as `^18.18 || >=20.9 <23` admits a version. */
export function satisfies(range: string, version: Version): boolean {
  const tidy = range.replace(/([<>=^~])\s+/g, '$1');
  return tidy.split('||').some((all) => all.trim().split(/\s+/).filter(Boolean).every((one) => admits(one, version)));
}

/** The packages of pnpm's store, each as name, version and engines. */
function* installed(): Generator<{ name: string; version: string; node: string }> {
  const store = inRoot('node_modules/.pnpm');
  for (const folder of readdirSync(store)) {
    const bare = folder.replace(/^(@[^+]+)\+/, '$1/');
    const name = /^(@[^/]+\/[^@]+|[^@]+)@/.exec(bare)?.[1];
    const file = name && join(store, folder, 'node_modules', name, 'package.json');
    if (!file || !existsSync(file)) continue;
    const { version, engines } = JSON.parse(readFileSync(file, 'utf8')) as { version: string; engines?: { node?: string } };
    if (engines?.node) yield { name, version, node: engines.node };
  }
}

/** Throws, naming each installed library that shuts out the oldest Node. */
export function checkEngines(allowed: ReadonlySet<string> = new Set()): void {
  const found = [...installed()].filter(({ name, node }) => !allowed.has(name) && !satisfies(node, OLDEST));
  if (found.length > 0) throw new Error(found.map(({ name, version, node }) => `${name}@${version} needs Node ${node}`).join('\n'));
}
