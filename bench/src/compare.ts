/**
 * Measures two servers under the same load, in short turns, so that a noisy moment hits both; the ratio is the median of the turns' ratios. The
 * answers must be equal, and no request may fail: a fast wrong answer is no figure.
 */
import { isDeepStrictEqual } from 'node:util';
import { median, round } from './figure.ts';
import type { LoadConfig, LoadResult } from './processes/load.ts';
import { type Running, start } from './spawn.ts';

/** The core of what is measured, and of what must not disturb it. */
export const CORE_UNDER_TEST = 0;
export const CORE_BESIDE = 1;

const ROUNDS = 9;
const WARM_S = 4;
const MEASURED_S = 2;

export interface Side {
  readonly name: string;
  readonly process: Running<unknown>;
  readonly load: Omit<LoadConfig, 'seconds' | 'connections'>;
}

export interface Measured {
  readonly perSecond: number;
  /** CPU of the process under test per operation, in microseconds; undefined where the system does not say. */
  readonly cpuMicrosPerOperation?: number;
  readonly p99Ms: number;
}

interface Round extends Measured {
  readonly answer: unknown;
}

async function oneRound({ name, process, load }: Side, seconds: number): Promise<Round> {
  const before = process.cpuSeconds();
  const loader = await start<LoadResult>('load', CORE_BESIDE, { ...load, seconds, connections: 32 } satisfies LoadConfig);
  await loader.stop();
  const { perSecond, failed, p99Ms, answer } = loader.ready;
  const after = process.cpuSeconds();
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed. First answer: ${answer}`);
  const operations = perSecond * seconds;
  const cpuMicrosPerOperation = before === undefined || after === undefined ? undefined : ((after - before) / operations) * 1e6;
  return { perSecond, p99Ms, cpuMicrosPerOperation, answer: (JSON.parse(answer) as { data?: unknown }).data };
}

function summary(rounds: readonly Round[]): Measured {
  const of = (pick: (one: Round) => number | undefined) => round(median(rounds.map((one) => pick(one) ?? Number.NaN)), 1);
  const cpu = of((one) => one.cpuMicrosPerOperation);
  return { perSecond: of((one) => one.perSecond), p99Ms: of((one) => one.p99Ms), ...(Number.isFinite(cpu) && { cpuMicrosPerOperation: cpu }) };
}

export interface Comparison {
  readonly ours: Measured;
  readonly other: Measured;
  /** Ours ÷ other, operations per second: the median over pairs of turns. */
  readonly ratio: number;
}

/** Warms both, measures them in turns, answers the medians. Throws when they disagree or a request fails. */
export async function compare(ours: Side, other: Side): Promise<Comparison> {
  const sides = [ours, other] as const;
  const rounds: [Round[], Round[]] = [[], []];
  for (let i = 0; i <= ROUNDS; i += 1) {
    for (const [at, side] of sides.entries()) {
      const measured = await oneRound(side, i === 0 ? WARM_S : MEASURED_S);
      if (i > 0) rounds[at]?.push(measured);
    }
    if (i === 1 && !isDeepStrictEqual(rounds[0][0]?.answer, rounds[1][0]?.answer)) {
      throw new Error(`The answers differ: ${JSON.stringify(rounds[0][0]?.answer)} and ${JSON.stringify(rounds[1][0]?.answer)}`);
    }
  }
  const ratios = rounds[0].map(({ perSecond }, i) => perSecond / (rounds[1][i]?.perSecond ?? Number.NaN));
  return { ours: summary(rounds[0]), other: summary(rounds[1]), ratio: round(median(ratios)) };
}

/** How a comparison reads in a figure's note. */
export function noteOf(what: string, ours: Measured, other: Measured): string {
  const cpu = (side: Measured) => (side.cpuMicrosPerOperation === undefined ? 'unknown' : `${side.cpuMicrosPerOperation} µs`);
  return `${what}; CPU per operation: ours ${cpu(ours)}, other ${cpu(other)}; p99: ours ${ours.p99Ms} ms, other ${other.p99Ms} ms`;
}
