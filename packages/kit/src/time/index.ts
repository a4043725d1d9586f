export * from './clock.ts';
export * from './date.ts';
