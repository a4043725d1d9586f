/** What a service learns from events. */
export * from './access.ts';
export * from './run.ts';
export * from './types.ts';
