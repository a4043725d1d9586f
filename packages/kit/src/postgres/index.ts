/**
 * PostgreSQL as the house uses it: pools with one reading of SQL types, transactions that retry what the database asks to retry,
 * URLs and roles by service name, and the embedded server. Everything that talks SQL comes through here.
 */
export * from './embedded.ts';
export * from './errors.ts';
export * from './pool.ts';
export * from './roles.ts';
export * from './transaction.ts';
export * from './url.ts';
