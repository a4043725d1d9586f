export * from './client.ts';
export * from './idempotency.ts';
export * from './loaders.ts';
export * from './pages.ts';
export * from './schema.ts';
export * from './subgraph.ts';
