/** Apollo's own gateway as its guide sets it up: standalone server, `RemoteGraphQLDataSource`, signing in `willSendRequest`. */
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { type Identity, signRequest } from '@olly/kit/auth';
import { configOf, ready } from '../spawn.ts';
import { type GatewayConfig, identityOf, verifierOf } from './setting.ts';

process.env.APOLLO_TELEMETRY_DISABLED = 'true';
const config = configOf<GatewayConfig>();
const jwt = verifierOf(config);

class SigningDataSource extends RemoteGraphQLDataSource<{ identity: Identity }> {
  constructor(private readonly subgraph: string) {
    super({ url: config.urls[subgraph] });
  }
  override willSendRequest({ request, context }: Parameters<NonNullable<RemoteGraphQLDataSource<{ identity: Identity }>['willSendRequest']>>[0]): void {
    const { http, query, ...rest } = request;
    const body = JSON.stringify({ query, ...rest });
    const { identity } = context as { identity: Identity };
    for (const [name, value] of Object.entries(signRequest({ secret: config.secret, subgraph: this.subgraph, identity, body }))) http?.headers.set(name, value);
  }
}

const gateway = new ApolloGateway({ supergraphSdl: config.supergraphSdl, buildService: ({ name }) => new SigningDataSource(name) });
const server = new ApolloServer<{ identity: Identity }>({ gateway });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ identity: await identityOf(jwt, req.headers.authorization) }),
});
ready({ url });
