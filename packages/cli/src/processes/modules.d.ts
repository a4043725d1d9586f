/** Made by the bundler: see build/subgraphs-plugin.ts. */
declare module 'olly:subgraphs' {
  import type { Subgraph } from '@olly/kit/server';

  export const subgraphs: Readonly<Record<string, () => Promise<{ default: Subgraph }>>>;
}
