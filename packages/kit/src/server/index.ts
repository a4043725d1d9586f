export * from './client.ts';
export * from './idempotency.ts';
export * from './loaders.ts';
export * from './pages.ts';
export * from './prisma.ts';
export * from './schema.ts';
export * from './sight.ts';
export * from './subgraph.ts';
