/** Our gateway under test. */
import { startGateway } from '@olly/gateway';
import { configOf, ready } from '../spawn.ts';
import { type GatewayConfig, verifierOf } from './setting.ts';

const config = configOf<GatewayConfig>();
const { url } = await startGateway({
  port: 0,
  supergraphSdl: config.supergraphSdl,
  subgraphUrls: config.urls,
  secret: config.secret,
  jwt: verifierOf(config),
  production: true,
});
ready({ url: `${url}/graphql` });
