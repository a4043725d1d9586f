/** The reviews subgraph on a standalone Apollo Server, as its guide sets it up, with the signature checked in the context. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createNonceStore, type Identity, verifyRequest } from '@olly/kit/auth';
import { readSdl } from '@olly/kit/server';
import { parse } from 'graphql';
import { configOf, ready } from '../spawn.ts';
import { RESOLVERS } from './memory.ts';

const { root, secret } = configOf<{ root: string; secret: string }>();
const nonces = createNonceStore();
const schema = buildSubgraphSchema([{ typeDefs: parse(readSdl(root, 'reviews')), resolvers: RESOLVERS.reviews as never }]);
const server = new ApolloServer<{ identity: Identity }>({ schema });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => {
    // the standalone server keeps no text of the body; the load sends it as JSON.stringify writes it
    const body = JSON.stringify((req as { body?: unknown }).body);
    return { identity: verifyRequest({ secret, subgraph: 'reviews', headers: req.headers, body, nonces }) };
  },
});
ready({ urls: { reviews: url } });
