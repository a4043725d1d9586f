/**
 * How heavy the heavy tests are. `OLLY_SCALE` is a share of the full numbers (1 in `pnpm test:full`), `OLLY_SEED` makes chance repeatable; a fresh
 * seed is drawn for each run and printed, so that a failure can be played again.
 */
export const scale = Number(process.env.OLLY_SCALE ?? '0.05');
export const seed = Number(process.env.OLLY_SEED ?? '1');

/** The number of repetitions for a test whose full number is `full`; never fewer than `min`. */
export const scaled = (full: number, min = 1): number => Math.max(min, Math.round(full * scale));
