/** What a service learns from events. */
export * from './access.ts';
export { type DeadLetter, deadLetters, deadTopic, type ReplayOptions, type ReplayResult, replayDead } from './dead-letters.ts';
export { type RebuildOptions, rebuild } from './rebuild.ts';
export * from './run.ts';
export * from './types.ts';
