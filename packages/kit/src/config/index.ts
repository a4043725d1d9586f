/** Configuration by environment. */
export * from './settings.ts';
