import type { Plugin } from 'esbuild';

export function hashOfSources(root: string, folders: readonly string[], more?: string): string;

export interface BundleOptions {
  readonly dist: string;
  readonly name: string;
  readonly hash: string;
  readonly entryPoints: readonly string[] | { in: string; out: string }[];
  readonly plugins?: readonly Plugin[];
}
export function bundle(options: BundleOptions): Promise<string>;
