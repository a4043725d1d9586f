/**
 * Three subgraphs built with the kit, answering from memory, in one process: the same load for every gateway.
 */
import { defineSubgraph, serveSubgraph } from '@olly/kit/server';
import { systemClock } from '@olly/kit/time';
import { Pool } from 'pg';
import { configOf, ready } from '../spawn.ts';
import { RESOLVERS } from './memory.ts';
import { SUBGRAPHS } from './setting.ts';

const { root, secret } = configOf<{ root: string; secret: string }>();
const silent = { info: () => {}, warn: () => {}, error: () => {} };
// nothing here asks a database: the pool never connects
const pool = new Pool();

const urls: Record<string, string> = {};
for (const name of SUBGRAPHS) {
  const subgraph = defineSubgraph({
    name,
    schema: name,
    resolvers: [RESOLVERS[name]],
    access: {},
    publishes: false,
    services: () => ({}),
    context: (base) => base,
  });
  const running = await serveSubgraph(subgraph, {
    root,
    secret,
    pool,
    clock: systemClock,
    log: silent,
    matrix: {},
    service: (other) => {
      throw new Error(`no service ${other}`);
    },
  });
  urls[name] = running.url;
}
ready({ urls });
