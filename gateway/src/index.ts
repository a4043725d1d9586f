export { DEFAULT_LIMITS, type GatewayLog, type GatewayOptions, type QueryLimits, type RunningGateway, type StaticSite } from './options.ts';
export { startGateway } from './start.ts';
export { subgraphsOf, withoutSecurityDirectives } from './supergraph.ts';
