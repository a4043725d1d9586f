/**
 * What is left of every accumulator while one claim is worked through, line by line. Starts from what other claims have used and counts what this claim takes;
 * the sum of what it took is what is then reserved at eligibility. Belongs to one run of `adjudicate` and never leaves it.
 */
import { amountOf, money, type Money, min, ofMinor } from '@olly/kit/money';
import type { Accumulator, Movement } from './facts.ts';

const isCount = ({ type }: Pick<Accumulator, 'type'>): boolean => type === 'UNITS' || type === 'VISITS';

/** Whole units of a plain decimal: half a unit that is left is none. */
const whole = (text: string): bigint => BigInt(text.split('.')[0] as string);

interface Taken {
  readonly line: number;
  readonly accumulator: Accumulator;
  readonly serviceDate: string;
  amount: bigint;
}

export class Balances {
  private readonly taken = new Map<string, bigint>();
  private readonly order = new Map<string, Taken>();
  private readonly kept: Movement[] = [];
  private readonly read = new Map<Accumulator, { readonly limit: bigint; readonly used: bigint }>();
  constructor(readonly currency: string) {}

  /** Limit and use as numbers; every line asks for them several times. */
  private standing(accumulator: Accumulator): { readonly limit: bigint; readonly used: bigint } {
    let standing = this.read.get(accumulator);
    if (standing === undefined) {
      standing = { limit: this.minor(accumulator, accumulator.limit), used: this.minor(accumulator, accumulator.used) };
      this.read.set(accumulator, standing);
    }
    return standing;
  }

  private minor(accumulator: Accumulator, text: string): bigint {
    return isCount(accumulator) ? whole(text) : money(text, this.currency).minor;
  }

  /** Used by other claims and by the lines before, in minor units or counts. */
  used(accumulator: Accumulator): bigint {
    return this.standing(accumulator).used + (this.taken.get(accumulator.key) ?? 0n);
  }

  /** What is left, never below zero, in minor units or counts. */
  left(accumulator: Accumulator): bigint {
    const left = this.standing(accumulator).limit - this.used(accumulator);
    return left > 0n ? left : 0n;
  }

  /** The least that is left of several amounts; null when there are none, and so no limit. */
  leastLeft(accumulators: readonly Accumulator[]): Money | null {
    let least: bigint | null = null;
    for (const one of accumulators) {
      const left = this.left(one);
      if (least === null || left < least) least = left;
    }
    return least === null ? null : ofMinor(least, this.currency);
  }

  /** Takes an amount in minor units, or a count. What is not left is not taken: an accumulator never passes its limit. */
  take(accumulator: Accumulator, amount: bigint, line: number, serviceDate: string): void {
    const left = this.left(accumulator);
    const given = amount < left ? amount : left;
    if (given <= 0n) return;
    this.taken.set(accumulator.key, (this.taken.get(accumulator.key) ?? 0n) + given);
    const id = `${line}\n${accumulator.key}`;
    const entry = this.order.get(id);
    if (entry) entry.amount += given;
    else this.order.set(id, { line, accumulator, serviceDate, amount: given });
  }

  /** Takes again what a locked line took when it was decided, also where its cover has changed since and no line lists the accumulator any more. */
  takeAgain(movement: Movement, accumulators: readonly Accumulator[]): void {
    const found = accumulators.find(({ key }) => key === movement.accumulator);
    if (found) this.take(found, this.minor(found, movement.amount), movement.line, movement.serviceDate);
    else this.kept.push(movement);
  }

  /** Everything taken, in the order of the lines. */
  movements(): Movement[] {
    const taken = [...this.order.values()].map(({ line, accumulator, serviceDate, amount }) => ({
      line,
      accumulator: accumulator.key,
      measure: accumulator.type,
      amount: isCount(accumulator) ? amount.toString() : amountOf(ofMinor(amount, this.currency)),
      serviceDate,
    }));
    return [...this.kept, ...taken].sort((a, b) => a.line - b.line);
  }
}

/** The lesser of an amount and a limit that may not exist. */
export const atMost = (amount: Money, limit: Money | null): Money => (limit === null ? amount : min(amount, limit));
