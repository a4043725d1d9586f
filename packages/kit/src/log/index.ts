/** Logs: pino with an allow-list. */
export * from './logger.ts';
