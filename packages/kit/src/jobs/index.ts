/** Jobs that must not be forgotten: graphile-worker in the service's own database. */
export * from './install.ts';
export * from './worker.ts';
