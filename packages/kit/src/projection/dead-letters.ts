/**
 * Events that a projection could not apply. The topic `<group>.dead` says which event it was, where it lies and what went wrong, never what it held; the event
 * itself stays in its own topic for ever, so a mended projection can take it again.
 */
import { transaction } from '../postgres/index.ts';
import type { EventLog, Transport, TransportRecord } from '../transport/transport.ts';
import { lockShared, newEvents, type Store } from './checkpoint.ts';
import { codeOf, parseEvent } from './event.ts';
import type { Projection } from './types.ts';

export interface DeadLetter {
  /** The event's id; null when it could not even be read. */
  readonly id: string | null;
  readonly topic: string;
  readonly partition: number;
  /** As text: it is 64 bits wide. */
  readonly offset: string;
  readonly code: string;
}

export const deadTopic = (group: string): string => `${group}.dead`;

function idOf(value: string): string | null {
  try {
    return parseEvent(value).id;
  } catch {
    return null;
  }
}

/** Durable when resolved. Sent again after a crash: readers know a letter by topic, partition and offset. */
export async function sendDeadLetter(transport: Transport, group: string, record: TransportRecord, error: unknown): Promise<DeadLetter> {
  const { topic, partition, offset, value } = record;
  const letter: DeadLetter = { id: idOf(value), topic, partition, offset: String(offset), code: codeOf(error) };
  await transport.send(deadTopic(group), [{ key: letter.id ?? `${topic}/${partition}`, value: JSON.stringify(letter) }]);
  return letter;
}

/** The dead letters of a group, each place once, oldest first within a partition. */
export async function deadLetters(transport: Transport, group: string): Promise<DeadLetter[]> {
  const letters = new Map<string, DeadLetter>();
  for await (const { value } of transport.read(deadTopic(group))) {
    const letter = JSON.parse(value) as DeadLetter;
    letters.set(`${letter.topic}/${letter.partition}/${letter.offset}`, letter);
  }
  return [...letters.values()];
}

export interface ReplayResult {
  readonly applied: number;
  /** Already applied, by an earlier replay or after a rebuild. */
  readonly seen: number;
  /** Still cannot be applied. */
  readonly dead: number;
}

export interface ReplayOptions extends Store {
  readonly projection: Projection;
  readonly transport: Transport;
  readonly log: EventLog;
}

/**
 * Applies the dead letters of a projection that have not been applied since, each in a transaction of its own. They come after events of their key that were applied
 * meanwhile: a projection for which that matters is rebuilt instead.
 */
export async function replayDead({ pool, schema, projection, transport, log }: ReplayOptions): Promise<ReplayResult> {
  const byPlace = new Map<string, DeadLetter[]>();
  for (const letter of await deadLetters(transport, projection.group)) {
    const place = `${letter.partition}/${letter.topic}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), letter]);
  }
  const result = { applied: 0, seen: 0, dead: 0 };
  for (const letters of byPlace.values()) {
    for await (const record of recordsOf(transport, letters)) {
      try {
        result[(await applyAgain({ pool, schema }, projection, record)) ? 'applied' : 'seen'] += 1;
      } catch (err) {
        result.dead += 1;
        log.warn({ err, group: projection.group, topic: record.topic, partition: record.partition, offset: record.offset, code: codeOf(err) }, 'A dead letter still cannot be applied');
      }
    }
  }
  return result;
}

/** The records that letters of one partition speak of. */
async function* recordsOf(transport: Transport, letters: readonly DeadLetter[]): AsyncIterable<TransportRecord> {
  const wanted = new Set(letters.map(({ offset }) => offset));
  const [first] = letters;
  if (!first) return;
  const fromOffset = letters.map(({ offset }) => BigInt(offset)).sort((a, b) => Number(a - b))[0];
  for await (const record of transport.read(first.topic, { partition: first.partition, fromOffset })) {
    if (wanted.delete(String(record.offset))) yield record;
    if (wanted.size === 0) return;
  }
}

async function applyAgain({ pool, schema }: Store, projection: Projection, { value }: TransportRecord): Promise<boolean> {
  const event = parseEvent(value);
  return transaction(pool, async (tx) => {
    await lockShared(tx, schema, projection.group);
    const fresh = await newEvents(tx, schema, projection.group, [event]);
    for (const each of fresh) await (projection.applyAll ? projection.applyAll(tx, [each]) : projection.apply(tx, each));
    return fresh.length > 0;
  });
}
