/** What a service learns from events. */
export * from './types.ts';
