/** How events travel. */
export * from './transport.ts';
