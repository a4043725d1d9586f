/** Events that leave with the transaction that made them true. */
export * from './append.ts';
export * from './event.ts';
export * from './published.ts';
export * from './operate.ts';
export * from './relay.ts';
