/**
 * Sends one batch of outbox rows and says what became of each. When the transport is down nobody is to blame and the batch simply comes again. When it refuses a
 * batch, halves are sent until the rows at fault stand alone; a key with such a row sends nothing more in this round, so its order holds, and all other
 * keys go on.
 */
import { type OutgoingRecord, type Transport, TransportError } from '../transport/transport.ts';

export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  /** The CloudEvent, as JSON text. */
  readonly value: string;
  readonly tries: number;
}

export interface Published {
  readonly sent: readonly OutboxRow[];
  /** Rows that the transport does not take, it being well: one try of theirs is gone. */
  readonly refused: readonly { row: OutboxRow; code: string }[];
  /** Rows of which it is not known whether they or the transport are at fault: nothing else could be sent either. */
  readonly doubtful: readonly { row: OutboxRow; code: string }[];
  /** Why the round ended early: the transport is down. */
  readonly unavailable?: TransportError;
}

/** So many rows failing alone, with none that passed, are enough for one round. */
const DOUBTFUL_MAX = 16;

const HEADERS = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
const recordOf = ({ key, value }: OutboxRow): OutgoingRecord => ({ key, value, headers: HEADERS });

class Round {
  readonly sent: OutboxRow[] = [];
  readonly failed: { row: OutboxRow; error: TransportError }[] = [];
  readonly #heldKeys = new Set<string>();
  readonly #transport: Transport;
  readonly #mayGoOn: () => boolean;
  unavailable: TransportError | undefined;

  constructor(transport: Transport, mayGoOn: () => boolean) {
    this.#transport = transport;
    this.#mayGoOn = mayGoOn;
  }

  async send(topic: string, all: readonly OutboxRow[]): Promise<void> {
    const rows = all.filter(({ key }) => !this.#heldKeys.has(key));
    if (rows.length === 0 || this.unavailable || !this.#mayGoOn()) return;
    if (this.sent.length === 0 && this.failed.length >= DOUBTFUL_MAX) return;
    try {
      await this.#transport.send(topic, rows.map(recordOf));
      this.sent.push(...rows);
    } catch (cause) {
      const error = cause instanceof TransportError ? cause : new TransportError('unknown', cause instanceof Error ? cause.name : 'UNKNOWN', cause);
      const [only] = rows;
      if (error.failure === 'unavailable') this.unavailable = error;
      else if (rows.length === 1 && only) {
        this.failed.push({ row: only, error });
        this.#heldKeys.add(only.key);
      } else {
        const middle = Math.ceil(rows.length / 2);
        await this.send(topic, rows.slice(0, middle));
        await this.send(topic, rows.slice(middle));
      }
    }
  }
}

/** Sends rows, given in order of id, one send in flight. `mayGoOn` is asked before each send. */
export async function publish(transport: Transport, rows: readonly OutboxRow[], mayGoOn: () => boolean): Promise<Published> {
  const byTopic = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const same = byTopic.get(row.topic);
    if (same) same.push(row);
    else byTopic.set(row.topic, [row]);
  }
  const round = new Round(transport, mayGoOn);
  for (const [topic, ofTopic] of byTopic) await round.send(topic, ofTopic);
  const isWell = round.sent.length > 0;
  const isToBlame = ({ error }: { error: TransportError }) => isWell || error.failure === 'refused';
  const told = ({ row, error }: { row: OutboxRow; error: TransportError }) => ({ row, code: error.code });
  return {
    sent: round.sent,
    refused: round.failed.filter(isToBlame).map(told),
    doubtful: round.failed.filter((each) => !isToBlame(each)).map(told),
    unavailable: round.unavailable,
  };
}
