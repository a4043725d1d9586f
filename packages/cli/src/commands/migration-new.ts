/**
 * `pnpm migration:new <service> <title words>`: the next number, with the two halves to fill in.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { versionOf } from '@olly/kit/migrate';
import { chosen, migrationsOf, root } from '../repository.ts';

export default async function command([first = '', ...words]: readonly string[]): Promise<void> {
  const [name] = chosen([first]);
  const title = words.join('_').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '');
  if (!name || !title) throw new Error('Say: pnpm migration:new <service> <title>');
  const dir = migrationsOf(name);
  mkdirSync(dir, { recursive: true });
  const versions = readdirSync(dir).filter((file) => file.endsWith('.sql')).map(versionOf);
  const file = join(dir, `${String(Math.max(0, ...versions) + 1).padStart(4, '0')}_${title}.sql`);
  if (existsSync(file)) throw new Error(`${file} exists.`);
  writeFileSync(file, '-- +goose Up\n-- Why it exists, in a sentence or two.\n\n-- +goose Down\n');
  console.log(`${relative(root, file)}\nWhen it is written: pnpm migrate checksums ${name}, pnpm generate ${name}.`);
}
