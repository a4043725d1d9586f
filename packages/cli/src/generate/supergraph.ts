/**
 * Composes the subgraphs' SDL into schema/supergraph.graphql. The URLs in it are placeholders by service name; the gateway takes the real ones from
 * its configuration.
 */
import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { hasSdl, inRoot, SUBGRAPHS, sdlFile } from '../repository.ts';

/** The SDL a subgraph serves: the common part, then its own. */
export const sdlOf = (name: string): string => `${readFileSync(inRoot('schema/common.graphql'), 'utf8')}\n${readFileSync(sdlFile(name), 'utf8')}`;

/** The supergraph's SDL; throws with every composition error, each naming its code. */
export function supergraph(names: readonly string[] = SUBGRAPHS.filter(hasSdl)): string {
  const services = names.map((name) => ({ name, url: `http://${name}/graphql`, typeDefs: parse(sdlOf(name)) }));
  const result = composeServices(services);
  if (!result.supergraphSdl) {
    const errors = (result.errors ?? []).map((error) => `  ${String(error.extensions?.code ?? 'ERROR')}: ${error.message}`);
    throw new Error(`The subgraphs do not compose:\n${errors.join('\n')}`);
  }
  return `${result.supergraphSdl.trim()}\n`;
}
