/** What tests need beyond vitest: databases, a caller for a subgraph, and the scale of heavy tests. */
export * from './database.ts';
export * from './scale.ts';
export * from './subgraph.ts';
export * from './kafka.ts';
