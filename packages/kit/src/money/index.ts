export * from './money.ts';
export * from './ratio.ts';
