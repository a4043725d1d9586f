/**
 * What both the subgraphs' process and the workers' process set up for each service: its code, its pool, and clients of the other services by name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessMatrix, parseAccessMatrix } from '@olly/kit/auth';
import { appError } from '@olly/kit/errors';
import { serviceClient, type ServiceClient, type Subgraph } from '@olly/kit/server';
import { subgraphs } from 'olly:subgraphs';

export type Urls = Readonly<Record<string, string>>;

export const known = (): readonly string[] => Object.keys(subgraphs);

/** Loads the named services' code. */
export function loadSubgraphs(names: readonly string[]): Promise<readonly Subgraph[]> {
  return Promise.all(
    names.map(async (name) => {
      const load = subgraphs[name];
      if (!load) throw new Error(`The service ${name} has no code in this build. There are: ${known().join(', ')}.`);
      return (await load()).default;
    }),
  );
}

export const readMatrix = (root: string): AccessMatrix => parseAccessMatrix(readFileSync(join(root, 'docs/access.md'), 'utf8'));

/** Clients for one service; the addresses are looked up at the first question, when all are known. */
export function clientsOf(from: string, urls: () => Urls, secret: string): (to: string) => ServiceClient {
  return (to) => {
    let client: ServiceClient | undefined;
    return {
      async query<T>(document: string, variables: Record<string, unknown>, onBehalfOf?: string): Promise<T> {
        const url = urls()[to];
        if (!url) throw appError('SUBGRAPH_UNAVAILABLE', `The service ${to} did not answer.`);
        client ??= serviceClient({ from, to, url, secret });
        return client.query<T>(document, variables, onBehalfOf);
      },
      close: async () => client?.close(),
    };
  };
}
