/**
 * Writing generated files: only when the content differs (so that watchers and bundlers stay calm) and whole (so that a reader never sees half
 * a file); and a stamp per service that says from which inputs they were made.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hashOfMigrations } from '@olly/kit/migrate';
import { hasMigrations, hasSdl, inRoot, migrationsOf, sdlFile } from '../repository.ts';

export function writeWhenChanged(path: string, text: string): boolean {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
  return true;
}

/** Rises when the generator writes something else from the same inputs. */
const GENERATOR = '1';

/** A hash over everything that a service's generated files are made from. */
export function inputsOf(name: string): string {
  const hash = createHash('sha256').update(GENERATOR);
  if (hasMigrations(name)) hash.update(hashOfMigrations(migrationsOf(name)));
  if (hasSdl(name)) hash.update(readFileSync(inRoot('schema/common.graphql'))).update(readFileSync(sdlFile(name)));
  for (const file of ['mappers.ts', 'context.ts']) {
    const path = inRoot('subgraphs', name, 'src', file);
    hash.update(existsSync(path) ? (file === 'context.ts' ? 'yes' : readFileSync(path)) : 'no');
  }
  return hash.digest('hex');
}

const stampOf = (name: string): string => inRoot('subgraphs', name, 'generated/stamp');
export const isCurrent = (name: string): boolean => existsSync(stampOf(name)) && readFileSync(stampOf(name), 'utf8') === inputsOf(name);
export const stamp = (name: string, inputs: string): boolean => writeWhenChanged(stampOf(name), inputs);
