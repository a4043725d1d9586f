/**
 * One measured figure, and how several runs become one number. Every bench answers with this shape; the runner prints it.
 */
export interface Figure {
  readonly figure: string;
  readonly ours: number;
  readonly other: number;
  /** Ours ÷ other for rates; each bench says so where it is the other way round. */
  readonly ratio: number;
  readonly unit: string;
  readonly note: string;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export const round = (value: number, places = 2): number => Math.round(value * 10 ** places) / 10 ** places;
