/**
 * Measures two servers under the same load, in pairs of short turns, so that a noisy moment hits both. Where others use the machine too, a turn may measure them: the core
 * was not ours, or the load starved. So of all pairs that half counts in which both servers had most of their core, the one thing that must be scarce here; the ratio is
 * the median of their ratios. The answers must be equal, and no request may fail: a fast wrong answer is no figure.
 */
import { isDeepStrictEqual } from 'node:util';
import { median, round } from './figure.ts';
import type { LoadConfig, LoadResult } from './processes/load.ts';
import { type Running, start } from './spawn.ts';

/** The core of what is measured, and of what must not disturb it. */
export const CORE_UNDER_TEST = 0;
export const CORE_BESIDE = 1;

const PAIRS_MAX = 16;
/** No new pair is begun later than this, so that a figure stays under five minutes on any machine. */
const PAIRS_MS_MAX = 120_000;
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

interface Turn extends Measured {
  readonly answer: unknown;
  /** The share of its core that the process under test had; 1 where the system does not say. */
  readonly coreShare: number;
}
type Pair = readonly [ours: Turn, other: Turn];

async function oneTurn({ name, process, load }: Side, seconds: number): Promise<Turn> {
  const before = process.cpuSeconds();
  const loader = await start<LoadResult>('load', CORE_BESIDE, { ...load, seconds, connections: 32 } satisfies LoadConfig);
  await loader.stop();
  const { perSecond, failed, p99Ms, answer } = loader.ready;
  const after = process.cpuSeconds();
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed. First answer: ${answer}`);
  const cpuSeconds = before === undefined || after === undefined ? undefined : after - before;
  return {
    perSecond,
    p99Ms,
    cpuMicrosPerOperation: cpuSeconds && (cpuSeconds / (perSecond * seconds)) * 1e6,
    coreShare: cpuSeconds === undefined ? 1 : cpuSeconds / seconds,
    answer: (JSON.parse(answer) as { data?: unknown }).data,
  };
}

function summary(turns: readonly Turn[]): Measured {
  const of = (pick: (one: Turn) => number | undefined) => round(median(turns.map((one) => pick(one) ?? Number.NaN)), 1);
  const cpu = of((one) => one.cpuMicrosPerOperation);
  return { perSecond: of((one) => one.perSecond), p99Ms: of((one) => one.p99Ms), ...(Number.isFinite(cpu) && { cpuMicrosPerOperation: cpu }) };
}

export interface Comparison {
  readonly ours: Measured;
  readonly other: Measured;
  /** Ours ÷ other, operations per second: the median over pairs of turns. */
  readonly ratio: number;
  /** The least share of its core that a server had in a pair that counts. */
  readonly coreShare: number;
  /** How many pairs count, of how many. */
  readonly counted: string;
}

/** Warms both, measures them in turns, answers the medians. Throws when they disagree or a request fails. */
export async function compare(ours: Side, other: Side): Promise<Comparison> {
  const warm: Pair = [await oneTurn(ours, WARM_S), await oneTurn(other, WARM_S)];
  if (!isDeepStrictEqual(warm[0].answer, warm[1].answer)) throw new Error(`The answers differ: ${JSON.stringify(warm[0].answer)} and ${JSON.stringify(warm[1].answer)}`);
  const pairs: Pair[] = [];
  const begunAt = Date.now();
  for (let i = 0; i < PAIRS_MAX && Date.now() - begunAt < PAIRS_MS_MAX; i += 1) {
    // who goes first changes, so that neither always follows the other
    if (i % 2 === 0) pairs.push([await oneTurn(ours, MEASURED_S), await oneTurn(other, MEASURED_S)]);
    else {
      const second = await oneTurn(other, MEASURED_S);
      pairs.push([await oneTurn(ours, MEASURED_S), second]);
    }
  }
  const shareOf = ([one, two]: Pair) => Math.min(one.coreShare, two.coreShare);
  const counted = pairs.toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, Math.ceil(pairs.length / 2));
  return {
    ours: summary(counted.map(([one]) => one)),
    other: summary(counted.map(([, two]) => two)),
    ratio: round(median(counted.map(([one, two]) => one.perSecond / two.perSecond))),
    coreShare: round(Math.min(...counted.map(shareOf))),
    counted: `${counted.length} pairs of ${pairs.length}`,
  };
}

/** How a comparison reads in a figure's note. */
export function noteOf(what: string, { ours, other, coreShare, counted }: Comparison): string {
  const cpu = (side: Measured) => (side.cpuMicrosPerOperation === undefined ? 'unknown' : `${side.cpuMicrosPerOperation} µs`);
  const byCpu = ours.cpuMicrosPerOperation && other.cpuMicrosPerOperation ? ` (${round(other.cpuMicrosPerOperation / ours.cpuMicrosPerOperation)} ×)` : '';
  return `${what}; CPU per operation: ours ${cpu(ours)}, other ${cpu(other)}${byCpu}; p99: ours ${ours.p99Ms} ms, other ${other.p99Ms} ms; ${counted}, each server with ${round(coreShare * 100, 0)} % of its core or more`;
}
