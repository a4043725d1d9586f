export type { MediaType } from './files/sniff.ts';
export type { FileAudit, FileContent, FileMeta, FileStore, StoredFile } from './files/store.ts';
export { addFiles, type FileRoutes } from './http/files.ts';
export { DEFAULT_LIMITS, type GatewayLog, type GatewayOptions, type QueryLimits, type RunningGateway, type StaticSite } from './options.ts';
export { startGateway } from './start.ts';
export { subgraphsOf, withoutSecurityDirectives } from './supergraph.ts';
