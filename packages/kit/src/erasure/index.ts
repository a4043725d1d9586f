/** Being forgotten: what a service declares about a person's data, and how it takes part when they ask. */
export * from './erase.ts';
export * from './plan.ts';
export * from './projection.ts';
export { erasedAs } from './tombstone.ts';
