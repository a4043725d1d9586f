/**
 * Visits, days and stays: what several lines share. A visit is the same member with the same provider on the same day; its copay is owed once, spills from one line
 * to the next, and is not asked for again by a later claim for the same visit.
 */
import { add, atLeastZero, type Money, money, subtract, zero } from '@olly/kit/money';
import type { CopayPer, EarlierVisit, LineFacts } from './facts.ts';

type Place = Pick<EarlierVisit, 'coverageTermKey' | 'provider' | 'serviceDate' | 'admissionDate'>;

const placeOf = (line: LineFacts): Place => ({
  coverageTermKey: line.coverageTermKey,
  provider: line.provider?.locator ?? null,
  serviceDate: line.serviceDate,
  admissionDate: line.admissionDate,
});

/** What a copay of this kind is owed once for. */
function scopeKey(per: Exclude<CopayPer, 'LINE' | 'UNIT'>, { coverageTermKey, provider, serviceDate, admissionDate }: Place): string {
  if (per === 'VISIT') return `${per}|${coverageTermKey}|${provider}|${serviceDate}`;
  if (per === 'DAY') return `${per}|${coverageTermKey}|${serviceDate}`;
  return `${per}|${coverageTermKey}|${provider}|${admissionDate ?? serviceDate}`;
}

export class Visits {
  private readonly seen = new Set<string>();
  private readonly paid = new Map<string, Money>();
  constructor(
    private readonly earlier: readonly EarlierVisit[],
    private readonly currency: string,
  ) {}

  private isEarlier(line: LineFacts): boolean {
    const key = scopeKey('VISIT', placeOf(line));
    return this.earlier.some((visit) => scopeKey('VISIT', visit) === key);
  }

  /** Has this visit been counted already, by an earlier claim or an earlier line, towards this limit? */
  isKnown(line: LineFacts, limitKey: string): boolean {
    return this.isEarlier(line) || this.seen.has(`${limitKey}|${scopeKey('VISIT', placeOf(line))}`);
  }

  remember(line: LineFacts, limitKey: string): void {
    this.seen.add(`${limitKey}|${scopeKey('VISIT', placeOf(line))}`);
  }

  /** What is still owed of a copay that several lines share. */
  copayLeft(line: LineFacts, per: Exclude<CopayPer, 'LINE' | 'UNIT'>, amount: Money): Money {
    const key = scopeKey(per, placeOf(line));
    const before = this.earlier
      .filter((visit) => scopeKey(per, visit) === key)
      .reduce((total, visit) => add(total, money(visit.copay, this.currency)), zero(this.currency));
    return atLeastZero(subtract(subtract(amount, before), this.paid.get(key) ?? zero(this.currency)));
  }

  /** Remembers what a line has borne of a shared copay. */
  copayTaken(line: LineFacts, per: Exclude<CopayPer, 'LINE' | 'UNIT'>, amount: Money): void {
    const key = scopeKey(per, placeOf(line));
    this.paid.set(key, add(this.paid.get(key) ?? zero(this.currency), amount));
  }
}
