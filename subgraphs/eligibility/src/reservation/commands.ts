/**
 * Reserving, confirming and releasing what a claim takes from accumulators. Idempotent by claim locator and safe when many claims race: the claim's row is locked
 * first, then the accumulators in the order of their keys, and nothing is taken that would pass a limit. A loser changes nothing and is told what moved.
 */
import { createHash } from 'node:crypto';
import { badInput } from '@olly/kit/errors';
import { isId } from '@olly/kit/locator';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import type { RequestBase } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Accumulator } from '../accumulator/accumulator.ts';
import { decideReservation, type Expected, type Held, type Movement } from '../accumulator/arithmetic.ts';
import { fits, NOTHING, type Quantity, quantity } from '../accumulator/quantity.ts';
import { addMovements, ensureAccumulators, giveBack, type HeldMovement, heldMovements, lockAccumulators, saveAccumulators } from '../accumulator/store.ts';
import type { AppliedClaim, StoredAccumulator } from '../mappers.ts';
import { accumulatorsOn } from './cover.ts';
import { type ReservationCommand, type ReservationStatus, reservation } from './reservation.ts';
import { gatherCover } from './snapshot.ts';
import { type ClaimChange, ensureClaim, listForReview, lockClaims, saveConsulted, saveStep } from './store.ts';

type Origin = Pick<RequestBase, 'pool' | 'ids' | 'clock'>;

export interface ReserveInput {
  readonly claim: string;
  readonly partyId: string;
  readonly policyId: string;
  readonly expected: readonly { readonly accumulator: string; readonly version: number; readonly used?: string | null }[];
  readonly movements: readonly { readonly accumulator: string; readonly amount: string; readonly serviceDate: IsoDate }[];
  readonly replaces?: string | null;
}

export type ReserveResult = { readonly outcome: 'RESERVED' | 'STALE'; readonly stale: readonly string[] };

function quantityOf(text: string, field: string): Quantity {
  try {
    return quantity(text);
  } catch {
    throw badInput(`${field}: a plain decimal, not negative`, field);
  }
}

function movementsOf(input: ReserveInput): Movement[] {
  return input.movements.map(({ accumulator, amount, serviceDate }, index) => {
    const field = `movements[${index}].amount`;
    const parsed = quantityOf(amount, field);
    if (parsed === NOTHING) throw badInput(`${field}: above zero`, field);
    return { accumulator, amount: parsed, serviceDate };
  });
}

const expectedOf = (input: ReserveInput): Map<string, Expected> =>
  new Map(input.expected.map(({ accumulator, version, used }, index) => [accumulator, { version, used: used == null ? null : quantityOf(used, `expected[${index}].used`) }]));

/** What makes a request the same as one before. The versions do not: a repeated request quotes those that it was decided from. */
function hashOf({ partyId, policyId, replaces }: ReserveInput, movements: readonly Movement[]): string {
  const body = [partyId, policyId, replaces ?? null, movements.map((one) => [one.accumulator, String(one.amount), one.serviceDate])];
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

const isHolding = (status: ReservationStatus): boolean => status === 'RESERVED' || status === 'CONFIRMED';

function sums(movements: readonly { readonly key: string; readonly amount: Quantity }[]): Map<string, Quantity> {
  const total = new Map<string, Quantity>();
  for (const { key, amount } of movements) total.set(key, (total.get(key) ?? NOTHING) + amount);
  return total;
}

/** What claims held, by accumulator: all of it, and the part that was not confirmed. */
function heldOf(held: readonly HeldMovement[], claims: readonly AppliedClaim[]) {
  const statusOf = new Map(claims.map((one) => [one.claim_locator, one.status]));
  const amounts = held.map((one) => ({ key: one.key, amount: quantity(one.amount), isReserved: statusOf.get(one.claim_locator) === 'RESERVED' }));
  return { all: sums(amounts), reserved: sums(amounts.filter((one) => one.isReserved)) };
}

/** Takes what a claim needs, all or nothing; what it, and a claim that it replaces, had taken before is given back in the same step. */
export async function reserveAccumulators({ pool, ids, clock }: Origin, input: ReserveInput): Promise<ReserveResult> {
  if (!isId(input.partyId) || !isId(input.policyId)) throw badInput('partyId and policyId: UUIDs', 'partyId');
  if (input.replaces === input.claim) throw badInput('replaces: another claim', 'replaces');
  const movements = movementsOf(input);
  const expected = expectedOf(input);
  const hash = hashOf(input, movements);
  const at = clock.now();
  // gather: the limits of the days of service
  const cover = await gatherCover(pool, input.partyId, input.policyId);
  const byDay = new Map([...new Set(movements.map((one) => one.serviceDate))].map((day) => [day, accumulatorsOn(cover, day)]));
  const limitedBy = (key: string, day: IsoDate): Accumulator | undefined => byDay.get(day)?.get(key);
  const named = movements.flatMap((one) => limitedBy(one.accumulator, one.serviceDate) ?? []);
  const unfit = movements.findIndex((one) => !fits(one.amount, limitedBy(one.accumulator, one.serviceDate)?.currency ?? null));
  if (unfit >= 0) throw badInput(`movements[${unfit}].amount: more places than the currency has`, `movements[${unfit}].amount`);
  await ensureAccumulators(pool, ids, at, named);

  return transaction(pool, async (tx) => {
    await ensureClaim(tx, input, at);
    const claims = await lockClaims(tx, [input.claim, ...(input.replaces ? [input.replaces] : [])]);
    const own = claims.find((one) => one.claim_locator === input.claim) as AppliedClaim;
    const replaced = claims.find((one) => one.claim_locator === input.replaces);
    if (isHolding(own.status) && own.request_hash === hash) return { outcome: 'RESERVED', stale: [] };
    const isFirst = own.status === 'NONE';
    const before = isFirst && !replaced ? [] : await heldMovements(tx, claims.map((one) => one.claim_locator));
    const keys = [...new Set([...expected.keys(), ...movements.map((one) => one.accumulator), ...before.map((one) => one.key)])];
    const locked = await lockAccumulators(tx, keys);
    const held = heldOf(before, claims);
    // decide
    const states = new Map<string, Held>(locked.map((row) => [row.key, { used: quantity(row.consumed_amount) - (held.all.get(row.key) ?? NOTHING), version: row.version }]));
    const decision = decideReservation(states, { expected, movements }, (key, day) => limitedBy(key, day)?.limit ?? NOTHING);
    if (decision.outcome === 'STALE') return decision;
    // save
    const taken = sums(movements.map((one) => ({ key: one.accumulator, amount: one.amount })));
    const limitOf = (key: string) => movements.findLast((one) => one.accumulator === key)?.serviceDate;
    const freed = await saveMoved(tx, locked, { held, taken, claim: input.claim, limitOf, limitedBy, at });
    await giveBack(tx, before.map((one) => one.id), at);
    const idOf = new Map(locked.map((row) => [row.key, row.id]));
    await addMovements(tx, ids, input.claim, movements.map(({ accumulator, ...rest }) => ({ accumulatorId: idOf.get(accumulator) as string, ...rest })), at);
    for (const claim of [own.claim_locator, ...(replaced && isHolding(replaced.status) ? [replaced.claim_locator] : [])]) {
      await listForReview(tx, ids, claim, freed, claims.map((one) => one.claim_locator), at);
    }
    await saveConsulted(tx, input.claim, [...new Set([...expected.keys(), ...taken.keys()])], isFirst);
    const reserved = { hash, replaces: input.replaces ?? null, policyId: input.policyId, partyId: input.partyId };
    await step(tx, ids, own, 'reserve', at, reserved);
    if (replaced && isHolding(replaced.status)) await step(tx, ids, replaced, 'release', at);
    return { outcome: 'RESERVED', stale: [] };
  });
}

/** One step along the state table, with its audit row. */
async function step(
  tx: PoolClient,
  ids: Origin['ids'],
  claim: AppliedClaim,
  command: ReservationCommand,
  at: Date,
  reserved?: ClaimChange['reserved'],
): Promise<ReservationStatus> {
  const status = reservation.next(claim.status, command);
  await saveStep(tx, ids, claim.claim_locator, { command, from: claim.status }, { status, reserved }, at);
  return status;
}

interface Moved {
  readonly held: ReturnType<typeof heldOf>;
  readonly taken: ReadonlyMap<string, Quantity>;
  readonly claim: string;
  /** The service date by which an accumulator was measured last. */
  readonly limitOf: (key: string) => IsoDate | undefined;
  readonly limitedBy: (key: string, day: IsoDate) => Accumulator | undefined;
  readonly at: Date;
}

/** Saves what locked accumulators hold after a claim gave back and took; answers the keys where less is used than before. */
async function saveMoved(tx: PoolClient, locked: readonly StoredAccumulator[], { held, taken, claim, limitOf, limitedBy, at }: Moved): Promise<string[]> {
  const states = locked.flatMap((row) => {
    const [given, unconfirmed, more] = [held.all.get(row.key) ?? NOTHING, held.reserved.get(row.key) ?? NOTHING, taken.get(row.key) ?? NOTHING];
    if (given === NOTHING && more === NOTHING) return [];
    const day = limitOf(row.key);
    const state = {
      id: row.id,
      consumed: quantity(row.consumed_amount) - given + more,
      reserved: quantity(row.reserved_amount) - unconfirmed + more,
      isMoved: given !== more,
      limit: day === undefined ? null : (limitedBy(row.key, day)?.limit ?? null),
      lastClaim: more > NOTHING ? claim : null,
    };
    return [{ key: row.key, isFreed: more < given, state }];
  });
  await saveAccumulators(tx, states.map((one) => one.state), at);
  return states.filter((one) => one.isFreed).map((one) => one.key);
}

export interface ClaimReservation {
  readonly claim: string;
  readonly status: ReservationStatus;
}

/** Runs a step of a claim that holds something; anything else is answered as it stands. */
async function settle(origin: Origin, claim: string, command: 'confirm' | 'release'): Promise<ClaimReservation> {
  const { pool, ids, clock } = origin;
  return transaction(pool, async (tx) => {
    const [own] = await lockClaims(tx, [claim]);
    if (!own || !reservation.can(own.status, command)) return { claim, status: own?.status ?? 'NONE' };
    const at = clock.now();
    const before = await heldMovements(tx, [claim]);
    const locked = await lockAccumulators(tx, [...new Set(before.map((one) => one.key))]);
    const held = heldOf(before, [own]);
    if (command === 'confirm') await saveConfirmed(tx, locked, held.reserved, at);
    else {
      const freed = await saveMoved(tx, locked, { held, taken: new Map(), claim, limitOf: () => undefined, limitedBy: () => undefined, at });
      await giveBack(tx, before.map((one) => one.id), at);
      await listForReview(tx, ids, claim, freed, [], at);
    }
    return { claim, status: await step(tx, ids, own, command, at) };
  });
}

/** What was reserved is final now; what is used does not change, and so neither does the version. */
async function saveConfirmed(tx: PoolClient, locked: readonly StoredAccumulator[], reserved: ReadonlyMap<string, Quantity>, at: Date): Promise<void> {
  const states = locked.map((row) => ({
    id: row.id,
    consumed: quantity(row.consumed_amount),
    reserved: quantity(row.reserved_amount) - (reserved.get(row.key) ?? NOTHING),
    isMoved: false,
    limit: null,
    lastClaim: null,
  }));
  await saveAccumulators(tx, states, at);
}

export const confirmAccumulators = (origin: Origin, claim: string): Promise<ClaimReservation> => settle(origin, claim, 'confirm');
export const releaseAccumulators = (origin: Origin, claim: string): Promise<ClaimReservation> => settle(origin, claim, 'release');
