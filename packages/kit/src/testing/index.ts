/** What tests need beyond vitest: databases and the scale of heavy tests. */
export * from './database.ts';
export * from './scale.ts';
