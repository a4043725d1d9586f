/**
 * What the process bundles know of the services: `olly:subgraphs` names each one whose schema and code exist, to be loaded when it is served. So one bundle serves
 * all, and one alone loads nothing of the others.
 */
import type { Plugin } from 'esbuild';
import { inRoot, runnable } from '../repository.ts';

export const subgraphsPlugin: Plugin = {
  name: 'olly-subgraphs',
  setup(api) {
    api.onResolve({ filter: /^olly:subgraphs$/ }, () => ({ path: 'subgraphs', namespace: 'olly' }));
    api.onLoad({ filter: /.*/, namespace: 'olly' }, () => {
      const lines = runnable().map((name) => `  ${name}: () => import(${JSON.stringify(inRoot('subgraphs', name, 'src/subgraph.ts'))}),`);
      return { contents: `export const subgraphs = {\n${lines.join('\n')}\n};\n`, loader: 'js', resolveDir: inRoot() };
    });
  },
};
