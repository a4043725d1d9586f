/**
 * Hive Gateway with its own query planner (`router-runtime`), from the folder of peers. The token check and the signing are two small hooks
 * of one plugin. Its types are not installed with the project, so the little that is used of it is described here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Identity, signRequest } from '@olly/kit/auth';
import { configOf, ready } from '../spawn.ts';
import { type GatewayConfig, identityOf, verifierOf } from './setting.ts';

interface FetchHook {
  readonly url: string;
  readonly options: { readonly body?: unknown; readonly headers?: Record<string, string> };
  readonly context?: { identity?: Identity };
  readonly executionRequest?: { readonly context?: { identity?: Identity } };
  setOptions(options: object): void;
}
interface Runtime {
  createGatewayRuntime(options: object): (request: IncomingMessage, response: ServerResponse) => void;
}
interface RouterRuntime {
  readonly unifiedGraphHandler: unknown;
}

const config = configOf<GatewayConfig & { peers: string }>();
const peers = createRequire(`${config.peers}/package.json`);
const load = (name: string): Promise<unknown> => import(pathToFileURL(peers.resolve(name)).href);
const { createGatewayRuntime } = (await load('@graphql-hive/gateway')) as Runtime;
const { unifiedGraphHandler } = (await load('@graphql-hive/router-runtime')) as RouterRuntime;

const jwt = verifierOf(config);
const names = new Map(Object.entries(config.urls).map(([name, url]) => [url, name]));

const gateway = createGatewayRuntime({
  supergraph: config.supergraphSdl,
  unifiedGraphHandler,
  logging: false,
  graphiql: false,
  landingPage: false,
  maskedErrors: false,
  plugins: () => [
    {
      async onContextBuilding({ context, extendContext }: { context: { request: Request }; extendContext(more: object): void }) {
        extendContext({ identity: await identityOf(jwt, context.request.headers.get('authorization')) });
      },
      onFetch({ url, options, context, executionRequest, setOptions }: FetchHook) {
        const subgraph = names.get(url);
        const identity = context?.identity ?? executionRequest?.context?.identity;
        if (!subgraph || !identity || typeof options.body !== 'string') return;
        const signed = signRequest({ secret: config.secret, subgraph, identity, body: options.body });
        setOptions({ ...options, headers: { ...options.headers, ...signed } });
      },
    },
  ],
});

const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => ready({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }));
